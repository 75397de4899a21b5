/** Firewalls of the real kernel, in network namespaces. */
@NullMarked
package org.fleetban.enforcer.firewall;

import org.jspecify.annotations.NullMarked;
