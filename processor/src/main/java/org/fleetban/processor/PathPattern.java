package org.fleetban.processor;

import java.util.regex.Pattern;

/**
 * A {@code logpath} with the shell's wildcards: {@code *} and {@code ?} within one directory and not for a leading dot,
 * {@code [a-z]} and {@code [!a-z]}.
 */
final class PathPattern {

    private final Pattern pattern;

    PathPattern(String glob) {
        StringBuilder regex = new StringBuilder();
        int i = 0;
        while (i < glob.length()) {
            char c = glob.charAt(i);
            boolean first = i == 0 || glob.charAt(i - 1) == '/';
            int close = c == '[' ? glob.indexOf(']', i + (glob.startsWith("[!", i) ? 3 : 2)) : -1;
            if (c == '*') {
                regex.append(first ? "(?!\\.)[^/]*+" : "[^/]*");
            } else if (c == '?') {
                regex.append(first ? "[^/.]" : "[^/]");
            } else if (close > 0) {
                regex.append(characterClass(glob.substring(i + 1, close)));
                i = close;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
            i++;
        }
        this.pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String characterClass(String members) {
        StringBuilder regex = new StringBuilder("[");
        int i = 0;
        if (members.startsWith("!")) {
            regex.append("^/");
            i = 1;
        }
        for (; i < members.length(); i++) {
            char c = members.charAt(i);
            boolean range =
                    c == '-' && i > 0 && i + 1 < members.length() && members.charAt(i - 1) < members.charAt(i + 1);
            regex.append(range ? "-" : Character.isLetterOrDigit(c) ? String.valueOf(c) : "\\" + c);
        }
        return regex.append(']').toString();
    }

    boolean matches(String path) {
        return pattern.matcher(path).matches();
    }
}
