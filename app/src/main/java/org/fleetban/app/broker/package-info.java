/** Kafka inside this process, for {@code fleetban run}. */
@NullMarked
package org.fleetban.app.broker;

import org.jspecify.annotations.NullMarked;
