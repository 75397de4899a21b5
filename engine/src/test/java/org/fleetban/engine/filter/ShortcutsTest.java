package org.fleetban.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.fleetban.engine.config.ConfigException;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The literal scan, the shared dates and the shared decoding of a set find what each filter finds without them. */
final class ShortcutsTest {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    /** Feeds lines to a set and to each of its filters alone and plainly, and compares all that comes of them. */
    private static final class Comparison {
        private final Map<String, JailFilter> jails;
        private final FilterSet set;
        private FilterSetState state;
        private final Map<String, FilterState> alone = new HashMap<>();
        private final Map<String, FilterState> plain = new HashMap<>();
        private int outcomes;

        Comparison(Map<String, JailFilter> jails) {
            this.jails = jails;
            set = FilterSet.of(jails);
            state = set.newState();
            jails.forEach((name, jail) -> {
                alone.put(name, jail.filter().newState());
                plain.put(name, jail.filter().newState());
            });
        }

        void compare(byte[] line, Instant clock, String about) {
            Map<String, Outcome> found = new HashMap<>();
            set.apply(state, line, null, clock, LogTime.BOUNDED, found::put);
            jails.forEach((name, jail) -> {
                LogLine logLine = LogLine.ofFile(line, jail.charset(), clock);
                Filter filter = jail.filter();
                Outcome expected = plainly(
                        filter.examinePlainly(Objects.requireNonNull(plain.get(name)), logLine, LogTime.BOUNDED));
                assertThat(filter.apply(Objects.requireNonNull(alone.get(name)), logLine, LogTime.BOUNDED))
                        .as("%s alone, %s", name, about)
                        .isEqualTo(expected);
                assertThat(found.getOrDefault(name, Outcome.NO_MATCH))
                        .as("%s in the set, %s", name, about)
                        .isEqualTo(expected);
                outcomes += expected.equals(Outcome.NO_MATCH) ? 0 : 1;
            });
        }

        void writeAndRead() {
            byte[] written = state.toBytes();
            state = set.readState(written);
            assertThat(state.toBytes()).isEqualTo(written);
        }

        private static Outcome plainly(Examination found) {
            if (!found.ignoredBy().isEmpty()) {
                return new Outcome.Ignored(found.ignoredBy().get(0));
            }
            if (found.hits().isEmpty()) {
                return found.exhausted() == null ? Outcome.NO_MATCH : new Outcome.Exhausted(found.exhausted());
            }
            Examination.Hit hit = found.hits().get(0);
            return hit.kind() == Examination.Kind.FAILURE && hit.failure() != null
                    ? new Outcome.Matched(List.of(hit.failure()))
                    : new Outcome.Pending(hit.expression());
        }
    }

    private static JailFilter jail(List<String> fail, List<String> ignore, int maxLines, @Nullable String datePattern)
            throws FilterException {
        FilterDefinition definition =
                new FilterDefinition("own", null, fail, ignore, maxLines, datePattern, List.of(), Map.of());
        return new JailFilter(Filter.compile(definition, UseDns.WARN, ZoneOffset.UTC), StandardCharsets.UTF_8);
    }

    private static Map<String, JailFilter> ownJails() throws FilterException {
        Map<String, JailFilter> jails = new LinkedHashMap<>();
        jails.put("login", jail(List.of("failed login from <HOST>$", "(?i)denied for .* <HOST>"), List.of(), 1, null));
        jails.put("same dates", jail(List.of("^\\S* ?<HOST> gave up$"), List.of("192\\.0\\.2\\.9"), 1, null));
        jails.put("line begin", jail(List.of("login from <HOST>"), List.of(), 1, "{^LN-BEG}"));
        jails.put("in brackets", jail(List.of("from <HOST>$"), List.of(), 1, "^[^\\[]*\\[({DATE})"));
        jails.put("lines", jail(List.of("^ *<HOST> begins$<SKIPLINES>.*failed"), List.of(), 3, null));
        jails.put("seconds", jail(List.of("from <HOST>$"), List.of(), 1, "EPOCH"));
        jails.put("latin", new JailFilter(jails.get("login").filter(), StandardCharsets.ISO_8859_1));
        return jails;
    }

    @Test
    void onLinesMadeOfPiecesThatMatterToThem() throws FilterException {
        String[] pieces = {
            "Mar  1 11:59:58",
            "Mar 01 11:59:58",
            "Mar  1 1:59:58",
            "Feb 29 11:59:58",
            "Mar 1 11:59:58.123 2026",
            "2026-03-01 11:59:58",
            "2026-03-01T11:59:58.123+01:00",
            "2026-03-01T11:59:58Z",
            "2026-13-01 11:59:58",
            "2026/03/01 11:59:58,1234567",
            "[01/Mar/2026:11:59:58 +0000]",
            "01/Mar/2026:11:59:58",
            "1772366398",
            "[1772366398.123]",
            "11:59:58",
            "Sun Mar  1 11:59:58 2026",
            "Mar 1 11:59:58 2026x",
            " ",
            " ",
            " ",
            "  ",
            "[",
            "]",
            "(",
            ": ",
            "-",
            "failed",
            " login",
            " from ",
            "192.0.2.1",
            "192.0.2.9",
            "::ffff:192.0.2.3",
            "2001:db8::1",
            "host.example",
            " gave up",
            " begins",
            "denied for ",
            "DENIED FOR \u017f ",
            "fai",
            "led",
            "\u00e9",
            "\u0130",
            "\ud83d\ude00",
            "\r",
            "x"
        };
        long seed = Long.getLong("fleetban.test.seed", 20261123);
        Random random = new Random(seed);
        Comparison comparison = new Comparison(ownJails());
        Instant clock = START;
        for (int i = 0; i < 6_000; i++) {
            StringBuilder line = new StringBuilder();
            int count = 1 + random.nextInt(9);
            for (int k = 0; k < count; k++) {
                line.append(pieces[random.nextInt(pieces.length)]);
            }
            clock = clock.plusMillis(random.nextInt(5_000));
            comparison.compare(
                    line.toString().getBytes(StandardCharsets.UTF_8),
                    clock,
                    "seed " + seed + ", line " + i + ": " + line);
            if (i % 1_000 == 0) {
                comparison.writeAndRead();
            }
        }
        assertThat(comparison.outcomes).isGreaterThan(200);
    }

    @Test
    void onEveryStockFilterWithTheLinesOfAllTestLogs() throws IOException, ConfigException, FilterException {
        Fail2banPackage.require();
        Map<String, JailFilter> jails = new LinkedHashMap<>();
        List<byte[]> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(Fail2banPackage.LOGS)) {
            for (Path log : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = log.getFileName().toString();
                if (Files.exists(Fail2banPackage.CONFIGURATION.resolve("filter.d/" + name + ".conf"))) {
                    jails.put(
                            name,
                            new JailFilter(
                                    Filter.compile(
                                            ConfigurationReader.readFilter(
                                                    Fail2banPackage.CONFIGURATION, name, Map.of()),
                                            UseDns.WARN,
                                            ZoneOffset.UTC),
                                    StandardCharsets.UTF_8));
                }
                for (String line : Files.readString(log, StandardCharsets.UTF_8).split("\n")) {
                    if (!line.startsWith("#") && !line.isBlank()) {
                        lines.add(line.getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        }
        Comparison comparison = new Comparison(jails);
        Instant clock = START;
        for (byte[] line : lines) {
            clock = clock.plusMillis(100);
            comparison.compare(line, clock, new String(line, StandardCharsets.UTF_8));
        }
        System.out.printf(
                "shortcuts: %d filters, %d lines, %d outcomes, no difference%n",
                jails.size(), lines.size(), comparison.outcomes);
        assertThat(comparison.outcomes).isGreaterThan(800);
    }
}
