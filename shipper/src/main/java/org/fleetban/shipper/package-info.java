/** Log files and journal to the {@code lines} topic. */
@NullMarked
package org.fleetban.shipper;

import org.jspecify.annotations.NullMarked;
