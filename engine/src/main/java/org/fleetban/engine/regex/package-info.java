/** Python regular expressions on the JVM. */
@NullMarked
package org.fleetban.engine.regex;

import org.jspecify.annotations.NullMarked;
