/** Date templates: a line to its instant, and the line without it. */
@NullMarked
package org.fleetban.engine.time;

import org.jspecify.annotations.NullMarked;
