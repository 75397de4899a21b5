package org.fleetban.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineFormatsTest {

    private static final Optional<String> NO_PATH = Optional.empty();

    private final Headers headers = new RecordHeaders();

    @Test
    void readsARecordOfFleetbansOwnShipper() throws BadRecordException {
        headers.add(LineHeaders.FILE, "12-ab".getBytes(UTF_8));
        headers.add(LineHeaders.OFFSET, "42".getBytes(UTF_8));
        ReceivedLine line = read("web1|/var/log/auth.log", "{\"a\": raw", NO_PATH);

        assertThat(line.source()).isEqualTo(new SourceKey("web1", "/var/log/auth.log"));
        assertThat(line.identity()).contains(new ReceivedLine.Identity("12-ab", 42));
        assertThat(line.line()).asString(UTF_8).isEqualTo("{\"a\": raw");
    }

    @Test
    void readsFilebeat() throws BadRecordException {
        ReceivedLine line = read(null, """
                {"@timestamp":"2023-11-20T14:37:56.612Z","@metadata":{"beat":"filebeat"},"message":"the line",
                "log":{"offset":1761,"file":{"device_id":"64514","inode":"140027","path":"/var/log/nginx/access.log"}},
                "input":{"type":"filestream"},"host":{"name":"nginx-01"},"agent":{"name":"other"}}""", NO_PATH);

        assertThat(line.source()).isEqualTo(new SourceKey("nginx-01", "/var/log/nginx/access.log"));
        assertThat(line.line()).asString(UTF_8).isEqualTo("the line");
        assertThat(line.readTime()).contains(Instant.parse("2023-11-20T14:37:56.612Z"));
        assertThat(line.identity()).hasValueSatisfying(identity -> {
            assertThat(identity.offset()).isEqualTo(1761);
            assertThat(identity.file()).startsWith("64514-140027-");
        });
    }

    @Test
    void twoLinesInOnePlaceOfOneInodeAreTwo() throws BadRecordException {
        String form = "{\"message\":\"%s\",\"host\":{\"name\":\"h\"},\"log\":{\"offset\":0,"
                + "\"file\":{\"device_id\":\"1\",\"inode\":\"2\",\"path\":\"/l\"}}}";

        assertThat(read(null, form.formatted("a"), NO_PATH).identity())
                .isEqualTo(read(null, form.formatted("a"), NO_PATH).identity())
                .isNotEqualTo(read(null, form.formatted("b"), NO_PATH).identity());
    }

    @Test
    void readsVector() throws BadRecordException {
        ReceivedLine line = read(null, """
                {"file":"/var/log/auth.log","host":"web1","message":"the line","source_type":"file",
                "timestamp":"2026-01-02T03:04:05.678Z"}""", NO_PATH);

        assertThat(line.source()).isEqualTo(new SourceKey("web1", "/var/log/auth.log"));
        assertThat(line.identity()).isEmpty();
        assertThat(line.readTime()).contains(Instant.parse("2026-01-02T03:04:05.678Z"));
    }

    @Test
    void rendersAJournalEntryOfVectorAsFail2banDoes() throws BadRecordException {
        ReceivedLine line = read(null, """
                {"message":"Failed password\\nfor root","host":"web1","SYSLOG_IDENTIFIER":"sshd","_PID":"77",
                "source_type":"journald","timestamp":"2026-01-02T03:04:05.678Z"}""", Optional.of("journal"));

        assertThat(line.line()).asString(UTF_8).isEqualTo("web1 sshd[77]: Failed password\\nfor root");
        assertThat(line.logTime()).contains(Instant.parse("2026-01-02T03:04:05.678Z"));
    }

    @Test
    void takesTheTimeOfAJournalsEntryFromItsHeader() throws BadRecordException {
        headers.add(LineHeaders.TIME, "1767323045678901".getBytes(UTF_8));
        ReceivedLine line = read("web1|journal:_COMM=sshd", "web1 sshd[77]: Failed", NO_PATH);

        assertThat(line.source()).isEqualTo(new SourceKey("web1", "journal:_COMM=sshd"));
        assertThat(line.logTime()).contains(Instant.parse("2026-01-02T03:04:05.678901Z"));
        headers.add(LineHeaders.TIME, "today".getBytes(UTF_8));
        assertThatThrownBy(() -> read("web1|journal:_COMM=sshd", "Failed", NO_PATH))
                .isInstanceOf(BadRecordException.class)
                .hasMessageContaining("microseconds");
    }

    @Test
    void readsFluentBitWithHostAndPathFromHeadersAndKey() throws BadRecordException {
        headers.add("path", "/var/log/auth.log".getBytes(UTF_8));
        ReceivedLine line = read("web1", "{\"@timestamp\":1700491076.612000,\"log\":\"the line\\n\"}", NO_PATH);

        assertThat(line.source()).isEqualTo(new SourceKey("web1", "/var/log/auth.log"));
        assertThat(line.line()).asString(UTF_8).isEqualTo("the line");
        assertThat(line.readTime()).contains(Instant.ofEpochMilli(1_700_491_076_612L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-02T03:04:05.678+01:00 web1 sshd[1]: Failed",
                "2026-01-02T03:04:05Z web1 sshd[1]: Failed",
                "Jan  2 03:04:05 web1 sshd[1]: Failed",
                "<86>Jan 12 03:04:05 web1 sshd[1]: Failed",
                "<86>1 2026-01-02T03:04:05.678+01:00 web1 sshd 1 - - Failed"
            })
    void takesTheHostOfASyslogLineFromItsHead(String text) throws BadRecordException {
        ReceivedLine line = read(null, text, Optional.of("/var/log/auth.log"));

        assertThat(line.source()).isEqualTo(new SourceKey("web1", "/var/log/auth.log"));
        assertThat(line.line()).asString(UTF_8).isEqualTo(text);
    }

    @Test
    void aHostInTheMiddleOfALineIsNoHead() {
        assertThatThrownBy(() -> read(null, "user Jan  2 03:04:05 evil sshd: x", Optional.of("/l")))
                .isInstanceOf(BadRecordException.class)
                .hasMessageContaining("no host");
    }

    @Test
    void aHostThatWouldForgeAKeyIsNotTaken() {
        assertThatThrownBy(() -> read(null, "{\"message\":\"x\",\"host\":\"a|/etc\",\"file\":\"/l\"}", NO_PATH))
                .hasMessageContaining("no host");
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThatThrownBy(() -> read("web1", "{\"text\":\"x\"}", Optional.of("/l")))
                .hasMessageContaining("no line");
        assertThatThrownBy(() -> read("web1", "{\"message\":\"x\"}", NO_PATH)).hasMessageContaining("no log file");
        assertThatThrownBy(() -> read("web1", "{\"message\":", Optional.of("/l")))
                .hasMessageContaining("begins like a JSON object");
        assertThatThrownBy(() -> LineFormats.read(null, null, headers, NO_PATH)).hasMessageContaining("no value");
    }

    @Test
    void anOffsetThatIsNoNumberIsBad() {
        headers.add(LineHeaders.FILE, "f".getBytes(UTF_8));
        headers.add(LineHeaders.OFFSET, "x".getBytes(UTF_8));

        assertThatThrownBy(() -> read("web1|/l", "line", NO_PATH))
                .isInstanceOf(BadRecordException.class)
                .hasMessageContaining("'x'");
    }

    private ReceivedLine read(@Nullable String key, String value, Optional<String> path) throws BadRecordException {
        return LineFormats.read(key == null ? null : key.getBytes(UTF_8), value.getBytes(UTF_8), headers, path);
    }
}
