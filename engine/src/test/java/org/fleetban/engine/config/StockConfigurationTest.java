package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's own configuration, read by fail2ban and by Fleetban. */
class StockConfigurationTest {

    @TempDir
    Path directory;

    @BeforeEach
    void copyStockConfiguration() throws IOException {
        Fail2ban.require();
        try (Stream<Path> files = Files.walk(Fail2ban.CONFIGURATION)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = directory.resolve(
                        Fail2ban.CONFIGURATION.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private List<String> jailNames() throws IOException {
        Matcher headers =
                Pattern.compile("(?m)^\\[([^]\n]+)]").matcher(Files.readString(directory.resolve("jail.conf")));
        return headers.results()
                .map(header -> header.group(1))
                .filter(name -> !Set.of("DEFAULT", "INCLUDES").contains(name))
                .toList();
    }

    @Test
    void everyResolvedValueOfEveryStockJailEqualsFail2bans() throws IOException {
        List<String> names = jailNames();
        Files.writeString(
                directory.resolve("jail.d/zz-all.local"),
                names.stream().map(name -> "[" + name + "]\nenabled = true\n").collect(Collectors.joining())
                        // The stock value tells the version of the program that reads it.
                        + "[DEFAULT]\nfail2ban_agent = agent\n");
        Configuration configuration = ConfigurationReader.read(directory, Set.of(), Map.of());
        Comparison comparison = new Comparison(Fail2ban.commands(directory), configuration.jails());
        System.out.println("fail2ban's configuration: " + names.size() + " jails, " + comparison.values() + " values, "
                + comparison.differences().size() + " differences; " + comparison.counts());
        assertThat(comparison.differences()).isEmpty();
        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.jails()).hasSizeGreaterThanOrEqualTo(91).hasSameSizeAs(names);
    }

    @Test
    void theUntouchedConfigurationRunsItsEnabledJail() {
        Configuration configuration = ConfigurationReader.read(Fail2ban.CONFIGURATION, Set.of(), Map.of());
        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.jails()).extracting(JailDefinition::name).contains("sshd");
    }
}
