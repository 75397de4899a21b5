package org.fleetban.processor;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.filter.Failure;
import org.fleetban.engine.filter.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A filter without expressions, for tests: {@code <word> <second> <id>} is a failure of the id at that second since 1970.
 * {@code crash} makes it throw; {@code loop} uses up its budget; {@code name} gives a host name in the offender's place;
 * {@code with <user>} is remembered and belongs to every later failure of the source.
 */
record WordFilter(String word) implements LineFilter {

    @Override
    public Session newSession() {
        return new WordSession(word, "");
    }

    @Override
    public Session readSession(byte[] bytes) {
        return new WordSession(word, new String(bytes, StandardCharsets.UTF_8));
    }

    private static final class WordSession implements Session {

        private final String word;
        private String user;

        WordSession(String word, String user) {
            this.word = word;
            this.user = user;
        }

        @Override
        public Outcome apply(byte[] line, Instant clock, @Nullable Instant known) {
            String text = new String(line, StandardCharsets.UTF_8);
            String[] words = text.split(" ", 3);
            if (words[0].equals("crash")) {
                throw new IllegalStateException("crash");
            } else if (words[0].equals("loop")) {
                return new Outcome.Exhausted("^loop");
            } else if (words[0].equals("with")) {
                user = words[1];
                return new Outcome.Pending(0);
            } else if (!words[0].equals(word)) {
                return new Outcome.NoMatch();
            }
            Instant time = Instant.ofEpochSecond(Long.parseLong(words[1]));
            Map<String, String> groups = user.isEmpty() ? Map.of() : Map.of("user", user);
            return new Outcome.Matched(
                    List.of(new Failure(words[2], words[2], null, time, 0, groups, List.of(), List.of(text))));
        }

        @Override
        public byte[] toBytes() {
            return user.getBytes(StandardCharsets.UTF_8);
        }
    }
}
