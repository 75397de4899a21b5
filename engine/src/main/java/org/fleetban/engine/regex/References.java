package org.fleetban.engine.regex;

/** What expressions ask of the groups that they refer back to. */
final class References {

    private References() {}

    /** Whether a group took part. */
    static boolean isSet(int[] captures, int group) {
        int start = captures[2 * group];
        return start >= 0 && captures[2 * group + 1] >= start;
    }

    /**
     * How long the text of a group is that stands at a place once more; -1 where it does not.
     *
     * @param base where {@code original} begins among the places
     * @param kind 0 sensitive, 1 insensitive, 2 only in ASCII
     */
    static int repeated(Text original, int base, int end, int[] captures, int group, int kind, int i) {
        if (!isSet(captures, group)) {
            return -1;
        }
        int from = captures[2 * group];
        int length = captures[2 * group + 1] - from;
        if (length > end - i) {
            return -1;
        }
        for (int k = 0; k < length; k++) {
            int a = original.at(from + k - base);
            int b = original.at(i + k - base);
            if (a != b && (kind == 0 || CaseFolding.lower(a, kind == 2) != CaseFolding.lower(b, kind == 2))) {
                return -1;
            }
        }
        return length;
    }
}
