package org.fleetban.engine.regex;

/** What expressions ask of the groups that they refer back to. */
final class References {

    private References() {}

    /** Whether a group took part. */
    static boolean isSet(int[] captures, int group) {
        int start = captures[2 * group];
        return start >= 0 && captures[2 * group + 1] >= start;
    }

    /** How long a group's text is; -1 where it took no part. */
    static int length(int[] captures, int group) {
        return isSet(captures, group) ? captures[2 * group + 1] - captures[2 * group] : -1;
    }

    /**
     * Whether the text of a group, which took part, stands at a place once more. Takes as long as the text is.
     *
     * @param base where {@code original} begins among the places
     * @param kind 0 sensitive, 1 insensitive, 2 only in ASCII
     */
    static boolean stands(Text original, int base, int end, int[] captures, int group, int kind, int i) {
        int from = captures[2 * group];
        int length = length(captures, group);
        if (length > end - i) {
            return false;
        }
        for (int k = 0; k < length; k++) {
            int a = original.at(from + k - base);
            int b = original.at(i + k - base);
            if (a != b && (kind == 0 || CaseFolding.lower(a, kind == 2) != CaseFolding.lower(b, kind == 2))) {
                return false;
            }
        }
        return true;
    }
}
