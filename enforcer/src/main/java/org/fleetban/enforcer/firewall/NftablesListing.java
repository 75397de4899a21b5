package org.fleetban.enforcer.firewall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code nft list table} prints of our table, line by line. */
final class NftablesListing {

    private static final Pattern OPENING = Pattern.compile("(set|chain|counter) (\\S+) \\{");
    private static final Pattern COMMENT = Pattern.compile("comment \"([^\"]*)\"");
    private static final Pattern COUNTED = Pattern.compile("packets ([0-9]+) bytes ([0-9]+)");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+)(ms|d|h|m|s)");

    /** Entries by the name of the set, with their remaining time in milliseconds. */
    final Map<String, Map<String, Long>> sets = new HashMap<>();

    /** The comments of the rules by the name of the chain; a rule without one counts as an empty comment. */
    final Map<String, List<String>> chains = new HashMap<>();

    final Map<String, Audit.Traffic> counters = new HashMap<>();

    private String kind = "";
    private String name = "";
    private boolean inElements;

    void line(String raw) {
        String line = raw.strip();
        Matcher opening = OPENING.matcher(line);
        if (inElements) {
            elements(line);
        } else if (opening.matches()) {
            kind = Objects.requireNonNull(opening.group(1));
            name = Objects.requireNonNull(opening.group(2));
            switch (kind) {
                case "set" -> sets.put(name, new HashMap<>());
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
        Map<String, Long> entries = sets.computeIfAbsent(name, set -> new HashMap<>());
        for (String element : part.split(",")) {
            String[] words = element.strip().split(" ");
            if (!words[0].isEmpty()) {
                entries.put(words[0], remaining(words));
            }
        }
    }

    private static long remaining(String[] words) {
        for (int i = 1; i + 1 < words.length; i++) {
            if (words[i].equals("expires")) {
                return millis(words[i + 1]);
            }
        }
        return Holdings.PERMANENT;
    }

    private static long millis(String duration) {
        long millis = 0;
        Matcher part = DURATION_PART.matcher(duration);
        while (part.find()) {
            long number = Long.parseLong(Objects.requireNonNull(part.group(1)));
            millis += switch (Objects.requireNonNull(part.group(2))) {
                case "d" -> number * 86_400_000;
                case "h" -> number * 3_600_000;
                case "m" -> number * 60_000;
                case "s" -> number * 1000;
                default -> number;
            };
        }
        return millis;
    }
}
