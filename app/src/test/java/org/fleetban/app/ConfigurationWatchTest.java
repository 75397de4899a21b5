package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationWatchTest {

    @TempDir
    private Path directory;

    private final List<String> notices = new ArrayList<>();
    private final List<Configuration> told = new ArrayList<>();
    private int reads;

    @BeforeEach
    void configure() throws IOException {
        Files.createDirectories(directory.resolve("filter.d"));
        Files.writeString(directory.resolve("filter.d/word.conf"), "[Definition]\nfailregex = ^bad <HOST>$\n");
        jails("[one]\n");
    }

    private void jails(String sections) throws IOException {
        Files.writeString(
                directory.resolve("jail.conf"),
                "[DEFAULT]\nenabled = true\nfilter = word\nlogpath = /log\nbackend = polling\n" + sections);
    }

    private ConfigurationWatch watch() {
        return new ConfigurationWatch(
                directory,
                () -> {
                    reads++;
                    return ConfigurationReader.read(directory, Set.of(), Map.of());
                },
                notices::add);
    }

    private static void lookTwice(ConfigurationWatch watch) {
        watch.look();
        watch.look();
    }

    @Test
    void allPartsAreToldOnceOfWhatWasReadOnce() throws IOException {
        try (ConfigurationWatch watch = watch()) {
            watch.add(told::add);
            watch.add(told::add);
            lookTwice(watch);
            assertThat(reads).as("without a change").isZero();

            jails("[one]\n[two]\n");
            lookTwice(watch);
            lookTwice(watch);

            assertThat(reads).isOne();
            assertThat(told)
                    .hasSize(2)
                    .allSatisfy(configuration -> assertThat(configuration.jails())
                            .extracting(JailDefinition::name)
                            .containsExactly("one", "two"));
            assertThat(notices).isEmpty();
        }
    }

    @Test
    void filesThatCantBeReadAsAWholeChangeNothing() throws IOException {
        try (ConfigurationWatch watch = watch()) {
            watch.add(told::add);
            jails("[two\n");
            lookTwice(watch);

            assertThat(told).isEmpty();
            assertThat(notices).hasSize(2);
            assertThat(notices.get(0)).startsWith("refused: ").contains("jail.conf:6");
            assertThat(notices.get(1)).startsWith("the changed configuration is refused, the running one stays: ");
        }
    }

    @Test
    void aBrokenJailIsSaidOnceAndTheOthersAreTold() throws IOException {
        try (ConfigurationWatch watch = watch()) {
            watch.add(told::add);
            jails("[one]\nmaxretry = five\n[two]\n");
            lookTwice(watch);

            assertThat(notices)
                    .singleElement()
                    .asString()
                    .startsWith("refused: ")
                    .contains("one")
                    .contains("five");
            assertThat(told)
                    .singleElement()
                    .satisfies(configuration -> assertThat(configuration.jails())
                            .extracting(JailDefinition::name)
                            .containsExactly("two"));
        }
    }

    @Test
    void aPartThatComesLaterHearsWhatItMissed() throws IOException {
        try (ConfigurationWatch watch = watch()) {
            watch.add(told::add);
            assertThat(told).isEmpty();
            jails("[two]\n");
            lookTwice(watch);
            watch.add(told::add);

            assertThat(told).hasSize(2);
            assertThat(told.get(1)).isSameAs(told.get(0));
        }
    }

    @Test
    void aPartThatFailsKeepsNoOtherFromHearingAndTheNextChangeIsSeen() throws IOException {
        try (ConfigurationWatch watch = watch()) {
            watch.add(configuration -> {
                throw new StackOverflowError("deep");
            });
            watch.add(told::add);
            for (int i = 1; i <= 2; i++) {
                jails("[two]\nmaxretry = " + "1".repeat(i) + "\n");
                lookTwice(watch);
            }

            assertThat(told).hasSize(2);
            assertThat(notices)
                    .hasSize(2)
                    .allSatisfy(notice -> assertThat(notice).contains("java.lang.StackOverflowError: deep"));
        }
    }

    @Test
    void anErrorLeavesTheJailAsItWas() throws IOException {
        Configuration before = ConfigurationReader.read(directory, Set.of(), Map.of());
        jails("[one]\nmaxretry = five\n[two]\n");
        assertThat(ConfigurationReader.read(directory, Set.of(), Map.of())
                        .keeping(before)
                        .jails())
                .extracting(JailDefinition::name)
                .containsExactly("two", "one");
        jails("[two]\n");
        assertThat(ConfigurationReader.read(directory, Set.of(), Map.of())
                        .keeping(before)
                        .jails())
                .as("a jail that was taken away")
                .extracting(JailDefinition::name)
                .containsExactly("two");
    }
}
