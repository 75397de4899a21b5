/** What the topics say of the fleet, as records for programs and as text for people. */
@NullMarked
package org.fleetban.app.fleet;

import org.jspecify.annotations.NullMarked;
