/** Commands of fail2ban's action files, run on this host beside the firewall. */
@NullMarked
package org.fleetban.enforcer.action;

import org.jspecify.annotations.NullMarked;
