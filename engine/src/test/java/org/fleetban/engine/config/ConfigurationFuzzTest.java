package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Any bytes in any of the files end in jails or problems, never in an exception or without end. The input is text, in
 * which a line {@code === name} begins the next file; {@code JAZZER_FUZZ=1} searches for more of it than the seeds.
 */
class ConfigurationFuzzTest {

    private static final Set<String> FILES = Set.of(
            "jail.conf",
            "jail.local",
            "jail.d/x.conf",
            "filter.d/f.conf",
            "filter.d/f.local",
            "filter.d/g.conf",
            "action.d/a.conf");

    @FuzzTest(maxDuration = "10m")
    void everythingEndsInJailsOrProblems(byte[] input) throws IOException {
        Path directory = Files.createTempDirectory("fuzz");
        try {
            write(directory, input);
            Configuration configuration =
                    ConfigurationReader.read(directory, Set.of("j"), Map.of("j", Map.of("x", "%")));
            ConfigurationDump.asText(configuration);
            ConfigurationDump.asMap(configuration);
            for (JailDefinition jail : configuration.jails()) {
                jail.logPaths().forEach(path -> PathPattern.of(path.pattern()).matches("/var/log/a.log"));
                for (ActionDefinition action : jail.actions()) {
                    commands(action);
                }
            }
            assertThat(configuration.problems())
                    .allSatisfy(problem -> assertThat(problem.message()).isNotBlank());
        } finally {
            delete(directory);
        }
    }

    private static void commands(ActionDefinition action) {
        for (String family : List.of("inet4", "inet6")) {
            try {
                action.command("actionban", family);
            } catch (ConfigException expected) {
                assertThat(expected).hasMessageContaining("tag");
            }
        }
    }

    /** Bytes are written as they are: they need not be UTF-8. */
    private static void write(Path directory, byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String name = "jail.conf";
        StringBuilder content = new StringBuilder();
        for (String line : text.split("(?<=\n)")) {
            String next = line.startsWith("=== ") ? line.substring(4).strip() : "";
            if (FILES.contains(next)) {
                write(directory.resolve(name), content);
                name = next;
                content.setLength(0);
            } else {
                content.append(line);
            }
        }
        write(directory.resolve(name), content);
    }

    private static void write(Path file, CharSequence content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
