package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

    private void enable(List<String> names) throws IOException {
        Files.writeString(
                directory.resolve("jail.d/zz-all.local"),
                names.stream()
                                .map(name -> "[" + name + "]\nenabled = true\n" + pass(name))
                                .collect(Collectors.joining())
                        // The stock value tells the version of the program that reads it.
                        + "[DEFAULT]\nfail2ban_agent = agent\n");
    }

    /** One jail opens its ports to those it finds, and would not run as it is. */
    private static String pass(String name) {
        return name.equals("pass2allow-ftp") ? "blocktype = DROP\n" : "";
    }

    @Test
    void everyResolvedValueOfEveryStockJailEqualsFail2bans() throws IOException {
        List<String> names = jailNames();
        enable(names);
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

    @Test
    void theCommandsOfEveryActionAreFail2bansForBothAddressFamilies() throws IOException {
        enable(jailNames());
        Map<String, ActionDefinition> actions = new HashMap<>();
        for (JailDefinition jail :
                ConfigurationReader.read(directory, Set.of(), Map.of()).jails()) {
            jail.actions().forEach(action -> actions.put(jail.name() + "/" + action.name(), action));
        }
        List<List<Object>> commands = Fail2ban.actionCommands(directory);
        for (List<Object> command : commands) {
            ActionDefinition action = actions.get(command.get(0) + "/" + command.get(1));
            assertThat(action).as(command.toString()).isNotNull();
            assertThat(resolved(action, command))
                    .as(command.subList(0, 4).toString())
                    .isEqualTo(command.get(4));
        }
        System.out.println("fail2ban's actions: " + actions.size() + ", " + commands.size() + " commands, all equal");
        assertThat(commands).hasSizeGreaterThan(1_000);
    }

    private static String resolved(ActionDefinition action, List<Object> command) {
        try {
            String text =
                    action.command(command.get(2).toString(), command.get(3).toString());
            return text == null ? "" : text.replace("<timeout>", "60");
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aJailThatOpensItsPortsIsLeftOut() {
        Configuration configuration = ConfigurationReader.read(directory, Set.of("pass2allow-ftp"), Map.of());
        assertThat(configuration.jails()).extracting(JailDefinition::name).containsExactly("sshd");
        assertThat(configuration.problems()).singleElement().asString().contains("[pass2allow-ftp] action");
    }
}
