/** Ini files, includes, interpolation, tags: text to jail and filter definitions. */
@NullMarked
package org.fleetban.engine.config;

import org.jspecify.annotations.NullMarked;
