package org.fleetban.protocol;

import java.util.List;

/**
 * A jail as a processor runs it: what an operator's command must know of it.
 *
 * @param jail its name
 * @param scope where it counts and bans
 * @param maxRetry failures that make a ban
 * @param findTime seconds within which they must lie
 * @param banTime seconds that a ban lasts; negative: for ever
 * @param addresses whether its offenders are addresses; false where its filter takes other texts ({@code F-ID})
 * @param paths patterns of the log files that it reads
 * @param journal {@code journalmatch}, where it reads the journal
 */
public record JailSummary(
        String jail,
        Scope scope,
        int maxRetry,
        long findTime,
        long banTime,
        boolean addresses,
        List<String> paths,
        List<String> journal) {

    public JailSummary {
        paths = List.copyOf(paths);
        journal = List.copyOf(journal);
    }
}
