package org.fleetban.engine.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A filter as its files describe it, fully resolved: every {@code %(…)s} and every known {@code <tag>} replaced; the
 * tags of the filter language itself ({@code <HOST>}, {@code <F-USER>} …) still in place.
 *
 * @param name the filter's name, such as {@code sshd}
 * @param prefRegex {@code prefregex}, or null
 * @param failRegex one expression each, in order
 * @param ignoreRegex one expression each, in order
 * @param maxLines {@code maxlines}; 1 where it is absent
 * @param datePattern {@code datepattern}, one pattern a line, or null for the default templates
 * @param journalMatch {@code journalmatch}, one match each
 * @param origins where the options above are set, by name ({@code failregex} …), as far as that is a line of a file
 */
public record FilterDefinition(
        String name,
        @Nullable String prefRegex,
        List<String> failRegex,
        List<String> ignoreRegex,
        int maxLines,
        @Nullable String datePattern,
        List<String> journalMatch,
        Map<String, Origin> origins) {

    /** Finds nothing: for a jail that bans by command only. */
    static final FilterDefinition NONE =
            new FilterDefinition("", null, List.of(), List.of(), 1, null, List.of(), Map.of());

    public FilterDefinition {
        failRegex = List.copyOf(failRegex);
        ignoreRegex = List.copyOf(ignoreRegex);
        journalMatch = List.copyOf(journalMatch);
        origins = Map.copyOf(origins);
    }

    /** {@code journalmatch} as one match: an entry is wanted that one of them wants; empty: every entry. */
    public String journalMatchOfAll() {
        return String.join(" + ", journalMatch);
    }
}
