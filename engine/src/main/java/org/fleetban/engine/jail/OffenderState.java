package org.fleetban.engine.jail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a jail knows of one offender: immutable; {@link OffenderStateCodec} gives its binary form.
 *
 * @param window failures that no decision has used yet, in the order of time
 * @param settledMs failures up to this log time are settled: they belong to the last decision, or an operator has
 *     forgiven them; {@link #NOTHING_SETTLED} at first
 * @param ban the latest ban, null if there was none within memory
 */
public record OffenderState(
        List<Attempt> window, long settledMs, @Nullable Ban ban) {

    /** {@link #settledMs} of an offender of whom nothing was decided. */
    public static final long NOTHING_SETTLED = Long.MIN_VALUE;

    /** An offender never seen before. */
    public static final OffenderState NEW = new OffenderState(List.of(), NOTHING_SETTLED, null);

    public OffenderState {
        window = List.copyOf(window);
    }

    /** Whether a ban is in the table. */
    public boolean isBanned() {
        return ban != null && ban.isStanding();
    }

    /** How many times the offender has been banned, as far as remembered. */
    public int banCount() {
        return ban == null ? 0 : ban.number();
    }
}
