package org.fleetban.app.regex;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fleetban.engine.filter.Failure;

/** {@code --out}: what is printed of each failure; a word of fail2ban-regex, the name of a group, or a text with tags. */
record OutputForm(String form) {

    private static final Pattern TAG = Pattern.compile("<([^ <>]+)>");

    String of(Failure failure) {
        return switch (form) {
            case "id", "fid" -> failure.id();
            case "ip" -> address(failure);
            case "msg", "matches" -> String.join("\n", failure.matches());
            case "row" ->
                "['" + failure.id() + "',\t" + seconds(failure) + ",\t" + new TreeMap<>(failure.groups()) + "],";
            default ->
                form.contains("<") ? substituted(failure) : failure.groups().getOrDefault(form, "None");
        };
    }

    /** {@code --invert}: the same of a line in which no failure is. It has a text and a time, and nothing else. */
    String ofMissed(TestLine line, Instant time) {
        return of(new Failure("", null, null, time, 0, Map.of(), List.of(), List.of(line.text())));
    }

    private String substituted(Failure failure) {
        return TAG.matcher(form).replaceAll(tag -> Matcher.quoteReplacement(value(tag.group(1), failure, tag.group())));
    }

    private static String value(String tag, Failure failure, String otherwise) {
        return switch (tag) {
            case "id", "fid" -> failure.id();
            case "ip" -> address(failure);
            case "family" -> address(failure).contains(":") ? "inet6" : failure.ip() == null ? "" : "inet4";
            case "time" -> seconds(failure);
            case "failures" -> Integer.toString(failure.matches().size());
            case "msg", "matches" -> String.join("\n", failure.matches());
            case "br" -> "\n";
            case "sp" -> " ";
            default ->
                tag.startsWith("F-") && tag.equals(tag.toUpperCase(Locale.ROOT))
                        ? group(tag.substring(2).toLowerCase(Locale.ROOT), failure.groups())
                        : otherwise;
        };
    }

    /** fail2ban keeps ids and ports under other names than their tags have, and so finds nothing under these two. */
    private static String group(String name, Map<String, String> groups) {
        return groups.getOrDefault(name, "");
    }

    private static String address(Failure failure) {
        return failure.ip() != null ? failure.ip() : failure.id();
    }

    private static String seconds(Failure failure) {
        return Long.toString(failure.time().getEpochSecond())
                + (failure.time().getNano() == 0 ? ".0" : "." + failure.time().getNano() / 1_000_000);
    }
}
