package org.fleetban.engine.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.fleetban.engine.config.JailDefinition.BanTimeIncrement;
import org.fleetban.engine.config.JailDefinition.JailScope;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.jspecify.annotations.Nullable;

/**
 * A jail's options by what they mean. One that is wrong goes to the errors, and its default is taken, so that all of them
 * are looked at.
 */
final class JailOptions {

    /** What fail2ban's code has where no file says otherwise. */
    private static final int MAX_RETRY = 3;

    private static final int MAX_MATCHES = 5;
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final Map<String, Value> values;
    private final Consumer<ConfigException> errors;

    JailOptions(Map<String, Value> values, Consumer<ConfigException> errors) {
        this.values = values;
        this.errors = errors;
    }

    String text(String option, String otherwise) {
        Value value = values.get(option);
        return value == null ? otherwise : value.text();
    }

    @Nullable
    String orNull(String option) {
        String text = text(option, "");
        return text.isEmpty() ? null : text;
    }

    boolean yes(String option, boolean otherwise) {
        Value value = values.get(option);
        return value == null ? otherwise : Numbers.yes(value.text());
    }

    int maxRetry() {
        return integer("maxretry", MAX_RETRY);
    }

    int maxMatches() {
        return integer("maxmatches", MAX_MATCHES);
    }

    Duration banTime() {
        return time("bantime", TEN_MINUTES);
    }

    Duration findTime() {
        Duration time = time("findtime", TEN_MINUTES);
        if (time.isNegative() || time.isZero()) {
            error("findtime", "expected more than 0 seconds, read " + Quoted.start(text("findtime", "")));
        }
        return time;
    }

    BanTimeIncrement increment() {
        return new BanTimeIncrement(
                yes("bantime.increment", false),
                orNull("bantime.factor"),
                orNull("bantime.formula"),
                orNull("bantime.multipliers"),
                orNull("bantime.maxtime") == null ? null : time("bantime.maxtime", Duration.ZERO),
                time("bantime.rndtime", Duration.ZERO),
                yes("bantime.overalljails", false));
    }

    /** {@code scope} is Fleetban's own option. */
    JailScope scope() {
        String scope = text("scope", "fleet");
        return switch (scope) {
            case "fleet" -> JailScope.FLEET;
            case "host" -> JailScope.HOST;
            default -> {
                error("scope", "expected fleet or host, read " + Quoted.start(scope));
                yield JailScope.FLEET;
            }
        };
    }

    List<LogPath> logPaths() {
        List<LogPath> paths = new ArrayList<>();
        for (String line : text("logpath", "").split("\n")) {
            if (!line.isEmpty()) {
                paths.add(logPath(line));
            }
        }
        return paths;
    }

    private static LogPath logPath(String line) {
        int space = line.lastIndexOf(' ');
        String last = line.substring(space + 1).toLowerCase(Locale.ROOT);
        boolean tail = last.equals("tail");
        return space > 0 && (tail || last.equals("head"))
                ? new LogPath(WhiteSpace.stripTrailing(line.substring(0, space)), tail)
                : new LogPath(line, false);
    }

    List<String> words(String option) {
        List<String> words = new ArrayList<>();
        for (String word : text(option, "").split("[\\s,]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** Null for what is none of the four. */
    static @Nullable UseDns useDns(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes" -> UseDns.YES;
            case "warn" -> UseDns.WARN;
            case "no" -> UseDns.NO;
            case "raw" -> UseDns.RAW;
            default -> null;
        };
    }

    private int integer(String option, int otherwise) {
        Value value = values.get(option);
        try {
            return value == null ? otherwise : Numbers.integer(option, value);
        } catch (ConfigException e) {
            errors.accept(e);
            return otherwise;
        }
    }

    private Duration time(String option, Duration otherwise) {
        Value value = values.get(option);
        try {
            return value == null ? otherwise : Numbers.time(option, value);
        } catch (ConfigException e) {
            errors.accept(e);
            return otherwise;
        }
    }

    private void error(String option, String message) {
        Value value = values.get(option);
        errors.accept(new ConfigException(option + ": " + message, value == null ? null : value.origin()));
    }
}
