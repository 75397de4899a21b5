package org.fleetban.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.fleetban.app.UserException;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {

    @TempDir
    private Path directory;

    @Test
    void hasTheDefaultsWithoutAFile() {
        Settings settings = Settings.load(directory, Map.of());
        assertThat(settings.get(Settings.BOOTSTRAP_SERVERS)).isEqualTo("localhost:9092");
        assertThat(settings.get(Settings.TOPICS_PREFIX)).isEqualTo(new Topics("fleetban."));
        assertThat(settings.get(Settings.TOPICS_REPLICATION)).isEmpty();
        assertThat(settings.get(Settings.BROKER_LISTEN)).isEqualTo(new HostPort("127.0.0.1", 9092));
        assertThat(settings.get(Settings.HOST_NAME)).isNotEmpty();
    }

    @Test
    void readsTheFile() throws IOException {
        write("""
                # where Kafka is
                bootstrap.servers = kafka1:9092,\\
                                    kafka2:9092
                topics.replication=3
                """);
        Settings settings = Settings.load(directory, Map.of());
        assertThat(settings.get(Settings.BOOTSTRAP_SERVERS)).isEqualTo("kafka1:9092,kafka2:9092");
        assertThat(settings.get(Settings.TOPICS_REPLICATION)).isEqualTo(Optional.of((short) 3));
    }

    @Test
    void letsTheEnvironmentOverrideTheFile() throws IOException {
        write("host.name=from-file\n");
        Settings settings = Settings.load(
                directory,
                Map.of("FLEETBAN_HOST_NAME", "from-environment", "FLEETBAN_HOME", "/opt/fleetban", "PATH", "/bin"));
        assertThat(settings.get(Settings.HOST_NAME)).isEqualTo("from-environment");
    }

    @Test
    void handsKafkasOwnSettingsToTheClients() throws IOException {
        write("""
                kafka.security.protocol=SSL
                kafka.client.id=all
                kafka.producer.client.id=writer
                """);
        Settings settings = Settings.load(directory, Map.of("FLEETBAN_KAFKA_SASL_MECHANISM", "PLAIN"));
        assertThat(settings.kafka("producer", "k:9092"))
                .containsOnly(
                        Map.entry("bootstrap.servers", "k:9092"),
                        Map.entry("security.protocol", "SSL"),
                        Map.entry("client.id", "writer"),
                        Map.entry("sasl.mechanism", "PLAIN"));
        assertThat(settings.kafka("consumer", "k:9092")).containsEntry("client.id", "all");
    }

    @Test
    void refusesANameThatItDoesNotKnowWithFileAndLine() throws IOException {
        write("# one\n\nbootstrap.server=x:1\n");
        assertThatThrownBy(() -> Settings.load(directory, Map.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(directory.resolve("fleetban.properties")
                        + ":3: unknown setting 'bootstrap.server'; is 'bootstrap.servers' meant?");
    }

    @Test
    void refusesAVariableThatItDoesNotKnow() {
        assertThatThrownBy(() -> Settings.load(directory, Map.of("FLEETBAN_NO_SUCH_THING", "1")))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("environment variable FLEETBAN_NO_SUCH_THING: unknown setting");
    }

    @Test
    void refusesAValueThatIsNotWhatWasExpected() throws IOException {
        write("topics.partitions=0\n");
        assertThatThrownBy(() -> Settings.load(directory, Map.of()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(":1: topics.partitions = '0': expected a whole number from 1 to 1000");
    }

    @Test
    void refusesANameThatStandsTwice() throws IOException {
        write("host.name=a\nhost.name=b\n");
        assertThatThrownBy(() -> Settings.load(directory, Map.of()))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith(":2: 'host.name' stands already on line 1");
    }

    @Test
    void refusesAHostNameThatWouldBreakTheKeysOfTopics() {
        assertThatThrownBy(() -> Settings.load(directory, Map.of("FLEETBAN_HOST_NAME", "a|b")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("expected letters, digits");
    }

    @Test
    void everySettingHasADescriptionAndAReadableDefault() {
        assertThat(Settings.all()).allSatisfy(setting -> {
            assertThat(setting.description()).isNotBlank();
            assertThat(setting.environmentVariable()).matches("FLEETBAN_[A-Z0-9_]+");
        });
    }

    @Test
    void theShippedFileHoldsEverySettingWithItsDefault() throws IOException {
        String shipped = Files.readString(Path.of("..", "config", Settings.FILE));
        assertThat(Settings.all())
                .allSatisfy(setting ->
                        assertThat(shipped).contains("\n#" + setting.name() + "=" + setting.defaultText() + "\n"));
        assertThat(shipped.lines().filter(line -> line.matches("#[a-z.0-9-]+=.*")))
                .allSatisfy(line -> assertThat(Settings.all())
                        .anySatisfy(setting -> assertThat(line).startsWith("#" + setting.name() + "=")));
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve(Settings.FILE), text);
    }
}
