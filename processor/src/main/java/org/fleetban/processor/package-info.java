/** The Kafka Streams topology: lines to failures to bans. */
@NullMarked
package org.fleetban.processor;

import org.jspecify.annotations.NullMarked;
