package org.fleetban.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.fleetban.protocol.HostRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShipperReportTest {

    @Test
    void becomesARecordOfTheTableOfHosts() {
        HostRecord record = new ShipperReport(
                        true,
                        List.of(),
                        10,
                        1,
                        2,
                        3,
                        4,
                        5,
                        6,
                        7,
                        8,
                        11,
                        12,
                        13,
                        9,
                        true,
                        Map.of("/var/log/x", "unreadable"))
                .toHostRecord("web1", "1.0", Instant.EPOCH);

        assertThat(record.component()).isEqualTo("shipper");
        assertThat(record.addresses()).contains("127.0.0.1");
        assertThat(record.figures())
                .containsEntry("journals", 10L)
                .containsEntry("journal.gaps", 11L)
                .containsEntry("files.given-up", 12L)
                .containsEntry("files.given-up.bytes", 13L)
                .containsEntry("files.rotated", 1L)
                .containsEntry("lag.bytes", 2L)
                .containsEntry("lag.ms", 3L)
                .containsEntry("lines", 4L)
                .containsEntry("bytes", 5L)
                .containsEntry("lines.cut", 6L)
                .containsEntry("lines.refused", 7L)
                .containsEntry("truncations", 8L)
                .containsEntry("reconnects", 9L)
                .containsEntry("kafka.reachable", 0L)
                .containsEntry("problems", 1L);
    }

    @Test
    void namesTheFilesTheFurthestBehindFirst() {
        HostRecord record = new ShipperReport(
                        true,
                        List.of(
                                new ShipperReport.FileState(Path.of("/var/log/a"), true, 10, 10),
                                new ShipperReport.FileState(Path.of("/var/log/b"), true, 5, 12)),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        false,
                        Map.of("/var/log/x", "/var/log/x cannot be read", "pattern /var/log/c", "none yet"))
                .toHostRecord("web1", "1.0", Instant.EPOCH);

        assertThat(record.files())
                .containsExactly(
                        new HostRecord.ShippedFile("/var/log/b", 5, 12),
                        new HostRecord.ShippedFile("/var/log/a", 10, 10));
        assertThat(record.notes()).containsExactly("/var/log/x cannot be read");
        assertThat(record.figures()).containsEntry("problems", 1L).containsEntry("patterns.missing", 1L);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "0:0:0:0:0:0:0:1, ::1",
        "2001:db8:0:0:1:0:0:0, 2001:db8:0:0:1::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "fe80:0:0:0:0:0:0:a, fe80::a",
        "0:0:0:0:0:0:0:0, ::"
    })
    void writesAddressesInCanonicalForm(String given, String expected) throws UnknownHostException {
        assertThat(OwnAddresses.text(InetAddress.getByName(given))).isEqualTo(expected);
    }
}
