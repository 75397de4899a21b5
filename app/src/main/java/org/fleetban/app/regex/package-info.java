/** {@code fleetban regex}: tests a filter on a log, with fail2ban-regex's options and figures. */
@NullMarked
package org.fleetban.app.regex;

import org.jspecify.annotations.NullMarked;
