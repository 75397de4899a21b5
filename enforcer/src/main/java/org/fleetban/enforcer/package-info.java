/** Bans to firewall rules on one host. */
@NullMarked
package org.fleetban.enforcer;

import org.jspecify.annotations.NullMarked;
