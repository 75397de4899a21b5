package org.fleetban.engine.regex;

/**
 * What {@code \d}, {@code \s} and {@code \w} mean in Python: {@code str.isdecimal}, {@code isspace}, {@code isalnum}.
 *
 * @param digit members of {@code \d}
 * @param space members of {@code \s}
 * @param word members of {@code \w}
 */
record Categories(CharSet digit, CharSet space, CharSet word) {

    static final Categories ASCII = new Categories(
            CharSet.range('0', '9'),
            CharSet.range(9, 13).union(CharSet.of(' ')),
            CharSet.range('0', '9')
                    .union(CharSet.range('A', 'Z'))
                    .union(CharSet.of('_'))
                    .union(CharSet.range('a', 'z')));

    private static final int LETTERS_AND_NUMBERS = 1 << Character.UPPERCASE_LETTER
            | 1 << Character.LOWERCASE_LETTER
            | 1 << Character.TITLECASE_LETTER
            | 1 << Character.MODIFIER_LETTER
            | 1 << Character.OTHER_LETTER
            | 1 << Character.DECIMAL_DIGIT_NUMBER
            | 1 << Character.LETTER_NUMBER
            | 1 << Character.OTHER_NUMBER;

    static Categories unicode() {
        return Unicode.CATEGORIES;
    }

    /**
     * The set of an escape.
     *
     * @param letter one of {@code dDsSwW}
     */
    CharSet escape(int letter) {
        return switch (letter) {
            case 'd' -> digit;
            case 'D' -> digit.negate();
            case 's' -> space;
            case 'S' -> space.negate();
            case 'w' -> word;
            case 'W' -> word.negate();
            default -> throw new IllegalArgumentException("not a category: " + letter);
        };
    }

    /** Apart, because all code points are looked at: only expressions that need it pay for it. */
    private static final class Unicode {
        static final Categories CATEGORIES = new Categories(
                CharSet.where(c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER),
                CharSet.where(Unicode::isSpace),
                CharSet.where(c -> c == '_' || (LETTERS_AND_NUMBERS >> Character.getType(c) & 1) != 0));

        private static boolean isSpace(int c) {
            return c >= 9 && c <= 13
                    || c >= 0x1c && c <= 0x1f
                    || c == 0x85
                    || Character.getType(c) == Character.SPACE_SEPARATOR
                    || c == 0x2028
                    || c == 0x2029;
        }
    }
}
