/** prefregex, failregex, ignoreregex, sessions: a line to a failure, ignored, or no match. */
@NullMarked
package org.fleetban.engine.filter;

import org.jspecify.annotations.NullMarked;
