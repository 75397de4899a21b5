/** The kernel's side: addresses, ports, groups of bans, and the back-ends that put them into a firewall. */
@NullMarked
package org.fleetban.enforcer.firewall;

import org.jspecify.annotations.NullMarked;
