package org.fleetban.engine.jail;

import java.util.List;

/**
 * What a jail makes of a failure.
 *
 * @param outcome what became of the failure
 * @param state the offender's new state; the old one itself where nothing changed
 * @param decisions in order; mostly none
 */
public record Judgement(Outcome outcome, OffenderState state, List<Decision> decisions) {

    /** What became of a failure. */
    public enum Outcome {
        /** It is in the window now. */
        COUNTED,
        /** The window had it already. */
        DUPLICATE,
        /** It belongs to a decision that was made, or is too old to matter. */
        SETTLED
    }

    public Judgement {
        decisions = List.copyOf(decisions);
    }
}
