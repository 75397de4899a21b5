/** The {@code fleetban} command: wiring, the embedded broker, operator commands. */
@NullMarked
package org.fleetban.app;

import org.jspecify.annotations.NullMarked;
