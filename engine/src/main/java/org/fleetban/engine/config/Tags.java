package org.fleetban.engine.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code <tag>} within the values of a filter or an action by other options, until nothing is left to replace.
 * A tag that names no option stays as it is: so do {@code <HOST>} and a shell's {@code <file}. A replacement may complete
 * another tag ({@code <mdre-<mode>>}).
 */
final class Tags {

    private static final Pattern TAG = Pattern.compile("<([^ <>]+)>");

    /** Finds an option that is not among those being resolved; null where there is none. */
    interface Others {
        @Nullable
        Value find(String name) throws ConfigException;
    }

    private final Map<String, Value> options;
    private final Set<String> untouched;
    private final String condition;
    private final Others others;
    private final Map<String, Map<String, Integer>> replacements = new HashMap<>();

    private long written;

    /**
     * @param untouched tags to leave in place, and options to leave alone
     * @param condition such as {@code family=inet6}: {@code tag?condition} goes before {@code tag}; empty for none
     */
    Tags(Map<String, Value> options, Set<String> untouched, String condition, Others others) {
        this.options = new LinkedHashMap<>(options);
        this.untouched = untouched;
        this.condition = condition;
        this.others = others;
    }

    Map<String, Value> resolve() throws ConfigException {
        Set<String> done = new HashSet<>(untouched);
        boolean again = true;
        while (again) {
            again = false;
            for (Map.Entry<String, Value> entry : options.entrySet()) {
                if (done.contains(entry.getKey())) {
                    continue;
                }
                String before = entry.getValue().text();
                String after = replaceIn(entry.getKey(), entry.getValue());
                if (!after.equals(before)) {
                    entry.setValue(entry.getValue().with(after));
                    again |= TAG.matcher(after).find();
                }
                if (after.indexOf('<') < 0) {
                    done.add(entry.getKey());
                }
            }
        }
        return options;
    }

    private String replaceIn(String option, Value value) throws ConfigException {
        String text = value.text();
        Matcher matcher = TAG.matcher(text);
        int from = 0;
        while (from <= text.length() && matcher.find(from)) {
            String tag = matcher.group(1);
            if (untouched.contains(tag)) {
                from = matcher.end();
                continue;
            }
            Map<String, Integer> counts = replacements.computeIfAbsent(option, o -> new HashMap<>());
            if (tag.equals(option) || counts.getOrDefault(tag, 1) > Limits.TAG_REPLACEMENTS) {
                throw new ConfigException(
                        "option " + option + " contains itself through the tag <" + tag + ">", value.origin());
            }
            Value replacement = find(tag);
            if (replacement == null) {
                from = matcher.end();
                continue;
            }
            from = matcher.start();
            text = text.replace("<" + tag + ">", replacement.text());
            written += text.length();
            if (written > Limits.TAG_CHARACTERS) {
                throw new ConfigException(
                        "option " + option + " grows without bounds through the tag <" + tag + ">", value.origin());
            }
            counts.merge(tag, 1, Integer::sum);
            matcher = TAG.matcher(text);
        }
        return text;
    }

    private @Nullable Value find(String tag) throws ConfigException {
        Value value = condition.isEmpty() ? null : options.get(tag + "?" + condition);
        if (value == null) {
            value = options.get(tag);
        }
        return value != null ? value : others.find(tag);
    }
}
