package org.fleetban.enforcer.action;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command in which tags of a ban stand for values that anybody on the Internet may have chosen. No value becomes part of the
 * text: each tag becomes a variable, and the values are handed over in the environment, where no shell looks for commands.
 *
 * @param text for {@code sh -c}
 * @param variables the environment
 */
record ShellScript(String text, Map<String, String> variables) {

    private static final String PREFIX = "FLEETBAN_BAN_";

    private static final Pattern TAG = Pattern.compile("<([A-Za-z][A-Za-z0-9._-]{0,40})>");

    /** Where in a script a character stands. */
    private enum Place {
        PLAIN,
        DOUBLE_QUOTES,
        SUBSTITUTION
    }

    /**
     * @param command as the action file has it
     * @param tags what the tags of a ban stand for; {@code <F-…>} of other names are empty, everything else stays as it is
     */
    static ShellScript of(String command, Map<String, String> tags) {
        StringBuilder text = new StringBuilder(command.length() + 64);
        Map<String, String> variables = new LinkedHashMap<>();
        Deque<Place> places = new ArrayDeque<>();
        places.push(Place.PLAIN);
        boolean singleQuotes = false;
        boolean comment = false;
        Matcher tag = TAG.matcher(command);
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '<' && tag.region(i, command.length()).lookingAt()) {
                String name = String.valueOf(tag.group(1));
                String replacement = replacement(name, tags, variables, singleQuotes);
                if (replacement != null) {
                    text.append(replacement);
                    i = tag.end() - 1;
                    continue;
                }
            }
            text.append(c);
            if (comment) {
                comment = c != '\n';
            } else if (c == '#' && !singleQuotes && places.peek() != Place.DOUBLE_QUOTES && beginsWord(command, i)) {
                comment = true;
            } else if (singleQuotes) {
                singleQuotes = c != '\'';
            } else if (c == '\\' && i + 1 < command.length()) {
                if (command.charAt(i + 1) != '<') {
                    text.append(command.charAt(++i));
                }
            } else if (c == '\'' && places.peek() != Place.DOUBLE_QUOTES) {
                singleQuotes = true;
            } else {
                follow(c, i > 0 && command.charAt(i - 1) == '$', places);
            }
        }
        return new ShellScript(text.toString(), variables);
    }

    private static boolean beginsWord(String command, int at) {
        return at == 0 || " \t\n;&|()".indexOf(command.charAt(at - 1)) >= 0;
    }

    private static void follow(char c, boolean afterDollar, Deque<Place> places) {
        Place place = places.element();
        if (c == '"') {
            if (place == Place.DOUBLE_QUOTES) {
                places.pop();
            } else {
                places.push(Place.DOUBLE_QUOTES);
            }
        } else if (c == '(' && (afterDollar || place == Place.SUBSTITUTION)) {
            places.push(Place.SUBSTITUTION);
        } else if (c == ')' && place == Place.SUBSTITUTION) {
            places.pop();
        }
    }

    private static @Nullable String replacement(
            String name, Map<String, String> tags, Map<String, String> variables, boolean singleQuotes) {
        switch (name) {
            case "br":
                return "\n";
            case "sp":
                return " ";
            default:
                break;
        }
        String value = tags.get(name);
        if (value == null) {
            return name.startsWith("F-") ? "" : null;
        }
        String variable = PREFIX + name.replaceAll("[^A-Za-z0-9]", "_");
        variables.put(variable, ActionBan.printable(value));
        // Within single quotes nothing is replaced: they end before the variable, and begin anew after it.
        return singleQuotes ? "'\"${" + variable + "}\"'" : "${" + variable + '}';
    }
}
