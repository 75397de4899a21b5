/** The service's own settings: {@code fleetban.properties} and the environment. */
@NullMarked
package org.fleetban.app.settings;

import org.jspecify.annotations.NullMarked;
