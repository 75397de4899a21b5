package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.JsonCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScanCommandTest {

    private static final String FAILED = " web1 sshd[4711]: Failed password for root from %s port 40022 ssh2\n";

    @TempDir
    private Path directory;

    @Test
    void tellsWhoWouldBeBannedWhenForHowLongAndWhy() throws IOException {
        Path log = write(
                "auth.log",
                failures("2025-03-01T10:00:0", "192.0.2.1", 5) + failures("2025-03-01T11:00:0", "192.0.2.2", 4));
        CommandRun run = scan("sshd=" + log);
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out().lines().filter(line -> line.contains("[sshd] Ban")))
                .singleElement()
                .asString()
                .matches(
                        "2025-03-01 \\d\\d:00:04 \\[sshd\\] Ban 192\\.0\\.2\\.1 for 10m, until 2025-03-01 \\d\\d:10:04:"
                                + " 5 failures in 4s");
        assertThat(run.out()).contains("    " + log + ": 2025-03-01T10:00:00Z web1 sshd[4711]: Failed password");
        assertThat(run.out()).endsWith("[sshd] 9 lines, 9 failures of 2 offenders, 1 ban\n");
    }

    @Test
    void countsTheFilesOfAJailTogetherInTheOrderOfTime() throws Exception {
        Path newer = write("auth.log", failures("2025-03-01T10:00:0", "192.0.2.1", 2));
        Path older = directory.resolve("auth.log.1.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(older))) {
            out.write(failures("2025-03-01T09:59:5", "192.0.2.1", 3).getBytes(StandardCharsets.UTF_8));
        }
        CommandRun run = scan("--json", "sshd=" + newer, "sshd=" + older);
        assertThat(run.out()).hasLineCount(1);
        BanEvent event = JsonCodec.of(BanEvent.class).decode(run.out().strip().getBytes(StandardCharsets.UTF_8));
        assertThat(event.type()).isEqualTo(BanEvent.Type.BAN);
        assertThat(event.id()).isEqualTo("192.0.2.1");
        assertThat(event.count()).isEqualTo(5);
        assertThat(event.since()).isEqualTo("2025-03-01T10:00:01Z");
        assertThat(event.until()).isEqualTo("2025-03-01T10:10:01Z");
        assertThat(event.evidence()).hasSize(5);
    }

    @Test
    void saysWhoIsIgnored() throws IOException {
        Path log = write("auth.log", failures("2025-03-01T10:00:0", "127.0.0.1", 5));
        CommandRun run = scan("sshd=" + log);
        assertThat(run.out())
                .contains("Not banned 127.0.0.1")
                .contains("0 bans")
                .contains("ignored by 127.0.0.1/8");
    }

    @Test
    void wantsAJailForEachFile() throws IOException {
        Path log = write("auth.log", "");
        assertThat(scan(log.toString()).err()).contains("Expected JAIL=FILE").hasLineCount(1);
        assertThat(scan("nosuch=" + log).err()).contains("nosuch").hasLineCount(1);
        assertThat(scan("sshd=/no/such/file").code()).isEqualTo(ExitCode.USAGE);
    }

    private static String failures(String time, String offender, int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(time).append(i).append('Z').append(FAILED.formatted(offender));
        }
        return lines.toString();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private CommandRun scan(String... args) {
        String[] all = new String[args.length + 3];
        all[0] = "scan";
        all[1] = "--config";
        all[2] = "../config";
        System.arraycopy(args, 0, all, 3, args.length);
        return CommandRun.of(all);
    }
}
