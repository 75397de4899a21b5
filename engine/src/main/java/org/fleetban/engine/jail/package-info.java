/** Windows, ban times, ignore lists: state and failure to state and decision. */
@NullMarked
package org.fleetban.engine.jail;

import org.jspecify.annotations.NullMarked;
