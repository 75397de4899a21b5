/** Tests of the commands of actions. */
@NullMarked
package org.fleetban.enforcer.action;

import org.jspecify.annotations.NullMarked;
