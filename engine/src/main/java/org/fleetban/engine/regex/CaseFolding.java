package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code re.IGNORECASE} takes for equal: a character of the text is lowered and then looked up in the pattern's set,
 * to which lower case letters with the same upper case (s and long s, the two sigmas) were added.
 */
final class CaseFolding {

    private static final CaseFolding UNICODE = new CaseFolding();

    /** Characters whose lower case is another character. */
    private final int[] changing;

    /** Lower case letters that share their upper case with others: the letter to the others. */
    private final Map<Integer, List<Integer>> siblings = new HashMap<>();

    private CaseFolding() {
        List<Integer> found = new ArrayList<>();
        Map<String, List<Integer>> byUpper = new HashMap<>();
        for (int c = 0; c <= CharSet.MAX; c++) {
            if (Character.toLowerCase(c) != c) {
                found.add(c);
            } else if (Character.getType(c) != Character.UNASSIGNED) {
                String text = Character.toString(c);
                String upper = text.toUpperCase(Locale.ROOT);
                if (!upper.equals(text)) {
                    byUpper.computeIfAbsent(upper, u -> new ArrayList<>()).add(c);
                }
            }
        }
        changing = found.stream().mapToInt(c -> c).toArray();
        for (List<Integer> letters : byUpper.values()) {
            for (int letter : letters) {
                if (letters.size() > 1) {
                    siblings.put(letter, letters);
                }
            }
        }
    }

    /** Lower case as Python's matcher computes it. */
    static int lower(int codePoint, boolean ascii) {
        if (ascii) {
            return codePoint >= 'A' && codePoint <= 'Z' ? codePoint + 32 : codePoint;
        }
        return Character.toLowerCase(codePoint);
    }

    /**
     * The characters that match a set case-insensitively.
     *
     * @param letters literals and ranges of the set
     * @param categories members that came from {@code \w} and the like
     * @param ascii whether only ASCII letters have case
     */
    static CharSet insensitive(CharSet letters, CharSet categories, boolean ascii) {
        if (ascii) {
            CharSet lowered = letters.union(categories);
            for (int c = 'A'; c <= 'Z'; c++) {
                if (letters.contains(c)) {
                    lowered = lowered.union(CharSet.of(c + 32));
                }
            }
            CharSet result = lowered.intersect(CharSet.range('A', 'Z').negate());
            for (int c = 'A'; c <= 'Z'; c++) {
                if (lowered.contains(c + 32)) {
                    result = result.union(CharSet.of(c));
                }
            }
            return result;
        }
        return UNICODE.insensitive(letters, categories);
    }

    private CharSet insensitive(CharSet letters, CharSet categories) {
        Set<Integer> added = new TreeSet<>();
        for (int c : changing) {
            if (letters.contains(c)) {
                added.add(Character.toLowerCase(c));
            }
        }
        CharSet lowered = letters.union(CharSet.of(added));
        added.clear();
        siblings.forEach((letter, others) -> {
            if (lowered.contains(letter)) {
                added.addAll(others);
            }
        });
        CharSet closed = lowered.union(CharSet.of(added)).union(categories);
        Set<Integer> members = new TreeSet<>();
        Set<Integer> strangers = new TreeSet<>();
        for (int c : changing) {
            (closed.contains(Character.toLowerCase(c)) ? members : strangers).add(c);
        }
        return closed.intersect(CharSet.of(strangers).negate()).union(CharSet.of(members));
    }
}
