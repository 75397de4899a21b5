/** A whole fleet of processes that are killed at random moments, against one that nothing happens to. */
@NullMarked
package org.fleetban.app.faults;

import org.jspecify.annotations.NullMarked;
