package org.fleetban.enforcer.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.fleetban.enforcer.action.ActionJournal.State;
import org.fleetban.protocol.Family;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActionJournalTest {

    private static final String BOOT = "boot";

    private @TempDir Path folder;
    private Path file = Path.of("unused");

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("actions.journal");
        ActionJournal journal = new ActionJournal(folder);
        journal.rewrite(BOOT, Map.of());
        journal.started("a", true);
        journal.done("a", ban("192.0.2.1"));
        journal.done("a", ban("192.0.2.2"));
        journal.undone("a", ban("192.0.2.1").key());
    }

    @Test
    void whatWasDoneAndNotUndoneIsReadAndNothingIsStartedAfterAnotherStartOfTheSystem() throws IOException {
        assertThat(read(BOOT).held).containsOnlyKeys(ban("192.0.2.2").key());
        assertThat(read(BOOT).started).isTrue();
        assertThat(read("another").started).isFalse();
    }

    @Test
    void anEntryThatIsCutOffIsVoid() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 1; cut < 12; cut++) {
            Files.write(file, Arrays.copyOf(whole, whole.length - cut));
            assertThat(read(BOOT).held).hasSize(2);
        }
    }

    @Test
    void aByteOfAnEntryThatIsAnotherIsDamageWhereverItIs() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int begin = 8 + 2 + BOOT.length();
        for (int at = begin; at < whole.length; at++) {
            for (int bits : new int[] {1, 0x40, 0xff}) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) bits;
                Files.write(file, damaged);
                assertThatThrownBy(() -> read(BOOT))
                        .as("byte %d", at)
                        .isInstanceOf(ActionJournal.DamagedException.class);
            }
        }
    }

    private State read(String boot) throws IOException {
        Map<String, State> states = new LinkedHashMap<>();
        new ActionJournal(folder).read(boot, states);
        return Objects.requireNonNull(states.get("a"));
    }

    private static ActionBan ban(String id) {
        return new ActionBan("sshd|" + id, "sshd", id, Family.INET, 0, 1, 5, 1, false, "line");
    }
}
