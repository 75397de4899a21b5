package org.fleetban.shipper;

import java.time.Duration;
import java.util.List;

/**
 * What to follow of a journal. Its lines have {@code journal:MATCH} in the place of a path.
 *
 * @param match which entries, in the language of fail2ban's {@code journalmatch}; empty: all
 * @param options of journalctl that say which journal, such as {@code --system}; taken as they are
 * @param lookBack how old an entry may be that is read when the journal is followed for the first time
 */
public record JournalSource(String match, List<String> options, Duration lookBack) {

    /** @throws IllegalArgumentException if the match is none */
    public JournalSource {
        JournalMatch.parse(match);
        options = List.copyOf(options);
    }

    /** The match as arguments of journalctl, to be used behind {@code --}; none where every entry is wanted. */
    public List<String> terms() {
        return JournalMatch.parse(match).arguments();
    }
}
