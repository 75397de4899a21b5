/** The enforcer on a real broker and a real kernel. */
@NullMarked
package org.fleetban.enforcer;

import org.jspecify.annotations.NullMarked;
