package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code nft list table} prints of our table, line by line. */
final class NftablesListing {

    private static final Pattern OPENING = Pattern.compile("(set|chain|counter) (\\S+) \\{");
    private static final Pattern COMMENT = Pattern.compile("comment \"([^\"]*)\"");
    private static final Pattern COUNTED = Pattern.compile("packets ([0-9]+) bytes ([0-9]+)");
    private static final String EXPIRES = " expires ";

    final Set<String> sets = new HashSet<>();

    /** The comments of the rules by the name of the chain; a rule without one counts as an empty comment. */
    final Map<String, List<String>> chains = new HashMap<>();

    final Map<String, Audit.Traffic> counters = new HashMap<>();

    private String kind = "";
    private String name = "";
    private boolean inElements;
    private final Elements elements;

    NftablesListing(Elements elements) {
        this.elements = elements;
    }

    /** Is told the elements of sets. */
    interface Elements {

        /** @param remaining time in milliseconds */
        void element(String set, String address, long remaining);
    }

    void line(String raw) {
        String line = raw.strip();
        Matcher opening = OPENING.matcher(line);
        if (inElements) {
            elements(line);
        } else if (opening.matches()) {
            kind = Objects.requireNonNull(opening.group(1));
            name = Objects.requireNonNull(opening.group(2));
            switch (kind) {
                case "set" -> sets.add(name);
                case "chain" -> chains.put(name, new ArrayList<>());
                default -> counters.put(name, new Audit.Traffic(0, 0));
            }
        } else if (line.equals("}")) {
            kind = "";
        } else if (kind.equals("set") && line.startsWith("elements = {")) {
            inElements = true;
            elements(line.substring("elements = {".length()));
        } else if (kind.equals("chain") && !line.isEmpty() && !line.startsWith("type ")) {
            Matcher comment = COMMENT.matcher(line);
            rules().add(comment.find() ? Objects.requireNonNull(comment.group(1)) : "");
        } else if (kind.equals("counter")) {
            Matcher counted = COUNTED.matcher(line);
            if (counted.find()) {
                counters.put(
                        name,
                        new Audit.Traffic(
                                Long.parseLong(Objects.requireNonNull(counted.group(1))),
                                Long.parseLong(Objects.requireNonNull(counted.group(2)))));
            }
        }
    }

    private List<String> rules() {
        return chains.computeIfAbsent(name, chain -> new ArrayList<>());
    }

    private void elements(String text) {
        String part = text;
        int end = part.indexOf('}');
        if (end >= 0) {
            part = part.substring(0, end);
            inElements = false;
        }
        for (int begin = 0; begin < part.length(); ) {
            int comma = part.indexOf(',', begin);
            int stop = comma < 0 ? part.length() : comma;
            String element = part.substring(begin, stop).strip();
            if (!element.isEmpty()) {
                int space = element.indexOf(' ');
                elements.element(name, space < 0 ? element : element.substring(0, space), remaining(element));
            }
            begin = stop + 1;
        }
    }

    private static long remaining(String element) {
        int expires = element.indexOf(EXPIRES);
        return expires < 0 ? Entries.PERMANENT : millis(element, expires + EXPIRES.length());
    }

    /** A duration such as {@code 1d2h3m4s5ms}, which begins here and ends with its word. */
    private static long millis(String text, int from) {
        long millis = 0;
        long number = 0;
        for (int i = from; i < text.length() && text.charAt(i) != ' '; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                number = number * 10 + (c - '0');
            } else {
                boolean isMillis = c == 'm' && i + 1 < text.length() && text.charAt(i + 1) == 's';
                millis += number * unit(isMillis ? ' ' : c);
                number = 0;
                i += isMillis ? 1 : 0;
            }
        }
        return millis;
    }

    private static long unit(char letter) {
        return switch (letter) {
            case 'd' -> 86_400_000;
            case 'h' -> 3_600_000;
            case 'm' -> 60_000;
            case 's' -> 1000;
            default -> 1;
        };
    }
}
