package org.fleetban.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathPatternTest {

    private static final long SEED = 20_261_123;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "*.log, auth.log, true",
        "*.log, .hidden.log, false",
        ".*.log, .hidden.log, true",
        "*, a, true",
        "**.log, auth.log, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "[ab].log, b.log, true",
        "[!ab].log, b.log, false",
        "[!ab].log, c.log, true",
        "[a-c].log, b.log, true",
        "[]].log, ].log, true",
        "[!]].log, ].log, false",
        "[a, [a, true",
        "[a-].log, -.log, true",
        "a*b*c, a-b-b-c, true",
        "a*b*c, a-c-b, false",
        "error.log, error.log, true",
        "error.log, error.log.1, false",
        "Ünïcode*, Ünïcode.log, true"
    })
    void matchesAsPythonsGlob(String pattern, String name, boolean expected) {
        assertThat(PathPattern.matches(pattern, name)).isEqualTo(expected);
    }

    @Test
    void expandsWildcardsInDirectories() throws IOException {
        for (String path : List.of("a/x.log", "a/y.txt", "b/x.log", ".c/x.log", "x.log")) {
            Files.createDirectories(directory.resolve(path).getParent());
            Files.createFile(directory.resolve(path));
        }

        assertThat(expand(PathPattern.escape(directory.toString()) + "/*/*.log"))
                .containsExactly("a/x.log", "b/x.log");
    }

    @Test
    void anEscapedNameMatchesOnlyItself() {
        String name = "/var/log/[we]ird*?.log";

        assertThat(new PathPattern(PathPattern.escape(name)).names(Path.of(name)))
                .isTrue();
        assertThat(new PathPattern(PathPattern.escape(name)).names(Path.of("/var/log/weirdxx.log")))
                .isFalse();
    }

    @Test
    void namesExactlyWhatItExpandsTo() throws IOException {
        Files.createDirectory(directory.resolve("a"));
        Files.createFile(directory.resolve("a/x.log"));
        PathPattern pattern = new PathPattern(directory + "/?/*.log");

        assertThat(pattern.names(directory.resolve("a/x.log"))).isTrue();
        assertThat(pattern.names(directory.resolve("a/b/x.log"))).isFalse();
    }

    @Test
    void aHostilePatternTakesNoExponentialTime() {
        assertThat(PathPattern.matches("*a".repeat(50) + "b", "a".repeat(5_000)))
                .isFalse();
    }

    @Test
    void agreesWithPythonOnRandomPatterns() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        SplittableRandom random = new SplittableRandom(SEED);
        StringBuilder input = new StringBuilder();
        List<String> patterns = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            patterns.add(random(random, "ab.*?[]!-"));
            names.add(random(random, "ab.]-!"));
            input.append(patterns.get(i)).append('\t').append(names.get(i)).append('\n');
        }
        Process python = new ProcessBuilder("/usr/bin/python3", "-c", """
                        import sys, glob, fnmatch, re
                        for line in sys.stdin:
                            p, n = line.rstrip('\\n').split('\\t')
                            hit = fnmatch.fnmatchcase(n, p) if glob.has_magic(p) else p == n
                            print(int(hit and not (n[0] == '.' and p[0] != '.')))
                        """)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var stdin = python.getOutputStream()) {
            stdin.write(input.toString().getBytes(StandardCharsets.UTF_8));
        }
        List<String> answers = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(answers).hasSize(patterns.size());
        for (int i = 0; i < patterns.size(); i++) {
            assertThat(PathPattern.matches(patterns.get(i), names.get(i)))
                    .as("pattern %s, name %s, seed %d", patterns.get(i), names.get(i), SEED)
                    .isEqualTo(answers.get(i).equals("1"));
        }
    }

    private static String random(SplittableRandom random, String alphabet) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(7);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private List<String> expand(String pattern) {
        List<String> found = new ArrayList<>();
        new PathPattern(pattern).expand(new PathPattern.Visitor() {
            @Override
            public void directory(Path watched) {}

            @Override
            public void candidate(Path path) {
                found.add(directory.relativize(path).toString());
            }

            @Override
            public void listed(Path listed) {}

            @Override
            public void unreadable(Path unlisted, IOException problem) {
                throw new AssertionError(problem);
            }
        });
        return found;
    }
}
