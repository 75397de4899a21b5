package org.fleetban.app.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.fleetban.app.UserException;
import org.fleetban.app.settings.HostPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerTest {

    @TempDir
    private Path directory;

    @Test
    void keepsItsDataOverARestart() throws Exception {
        HostPort listen = freePort();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, listen, listen, Map.of())) {
            Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(config);
                    KafkaProducer<String, String> producer =
                            new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
                admin.createTopics(List.of(new NewTopic("t", Optional.of(1), Optional.empty())))
                        .all()
                        .get();
                producer.send(new ProducerRecord<>("t", "key", "value")).get();
            }
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, listen, listen, Map.of());
                KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            assertThat(consumer.poll(Duration.ofSeconds(30)))
                    .singleElement()
                    .satisfies(record -> assertThat(record.value()).isEqualTo("value"));
        }
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostPort listen = new HostPort("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, listen, listen, Map.of()))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("cannot listen on " + listen + ": Address already in use");
        }
    }

    @Test
    void saysWhichPropertyCannotBeUsed() throws IOException {
        HostPort listen = freePort();
        assertThatThrownBy(() -> EmbeddedBroker.start(directory, listen, listen, Map.of("num.io.threads", "many")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("num.io.threads");
    }

    private static HostPort freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new HostPort("127.0.0.1", socket.getLocalPort());
        }
    }
}
