/** What travels through Kafka: topic names and settings, keys, records, codecs. */
@NullMarked
package org.fleetban.protocol;

import org.jspecify.annotations.NullMarked;
