/**
 * Log files to the {@code lines} topic: every complete line once by identity, in order per file, with nothing lost
 * that is still in a file.
 *
 * <p>The face is {@link org.fleetban.shipper.Shipper}; {@code DESIGN.md} of this module explains the parts.
 */
@NullMarked
package org.fleetban.shipper;

import org.jspecify.annotations.NullMarked;
