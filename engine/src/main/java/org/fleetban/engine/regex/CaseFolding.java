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

    /** Sets up to this size are folded member by member. */
    private static final int SMALL = 512;

    /** Characters whose lower case is another character. */
    private final int[] changing;

    /** Lower case letters that share their upper case with others: the letter to the others. */
    private final Map<Integer, List<Integer>> siblings = new HashMap<>();

    /** A lower case letter to the characters that are lowered to it. */
    private final Map<Integer, List<Integer>> raised = new HashMap<>();

    /** Every character that case folding can take for another. */
    private final CharSet cased;

    private CaseFolding() {
        List<Integer> found = new ArrayList<>();
        Map<String, List<Integer>> byUpper = new HashMap<>();
        for (int c = 0; c <= CharSet.LAST_OF_SCRIPTS; c++) {
            if (Character.toLowerCase(c) != c) {
                found.add(c);
            } else if (mayBeRaised(c)) {
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
        Set<Integer> all = new TreeSet<>(siblings.keySet());
        for (int c : changing) {
            raised.computeIfAbsent(Character.toLowerCase(c), l -> new ArrayList<>())
                    .add(c);
            all.add(c);
            all.add(Character.toLowerCase(c));
        }
        cased = CharSet.of(all);
    }

    /** Whether a character can have an upper case, in one character or in several; asked of each, so without making a string. */
    static boolean mayBeRaised(int codePoint) {
        return Character.isLowerCase(codePoint) || Character.toUpperCase(codePoint) != codePoint;
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
        CharSet asWritten = letters.union(categories);
        if (!asWritten.intersects(cased) || letters.isEmpty() && isFolded(categories)) {
            return asWritten;
        }
        CharSet lowered = letters.size() <= SMALL ? lowerSmall(letters) : lower(letters);
        if (categories.isEmpty() && lowered.size() <= SMALL) {
            return raiseSmall(lowered);
        }
        CharSet closed = lowered.union(categories);
        Set<Integer> members = new TreeSet<>();
        Set<Integer> strangers = new TreeSet<>();
        for (int c : changing) {
            (closed.contains(Character.toLowerCase(c)) ? members : strangers).add(c);
        }
        return closed.intersect(CharSet.of(strangers).negate()).union(CharSet.of(members));
    }

    /** Whether folding changes nothing, as in the sets of {@code \w} and its like. */
    private boolean isFolded(CharSet set) {
        for (int c : changing) {
            if (set.contains(c) != set.contains(Character.toLowerCase(c))) {
                return false;
            }
        }
        return true;
    }

    /** The set with the lower case of its members, and the siblings of those. */
    private CharSet lower(CharSet letters) {
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
        return lowered.union(CharSet.of(added));
    }

    private CharSet lowerSmall(CharSet letters) {
        Set<Integer> lowered = new TreeSet<>();
        for (int range = 0; range < letters.ranges(); range++) {
            for (int c = letters.rangeFirst(range); c <= letters.rangeLast(range); c++) {
                int lower = Character.toLowerCase(c);
                lowered.add(c);
                lowered.add(lower);
                lowered.addAll(siblings.getOrDefault(c, List.of()));
                lowered.addAll(siblings.getOrDefault(lower, List.of()));
            }
        }
        return CharSet.of(lowered);
    }

    /** All characters whose lower case is in a set. */
    private CharSet raiseSmall(CharSet lowered) {
        Set<Integer> members = new TreeSet<>();
        for (int range = 0; range < lowered.ranges(); range++) {
            for (int c = lowered.rangeFirst(range); c <= lowered.rangeLast(range); c++) {
                if (Character.toLowerCase(c) == c) {
                    members.add(c);
                }
                members.addAll(raised.getOrDefault(c, List.of()));
            }
        }
        return CharSet.of(members);
    }
}
