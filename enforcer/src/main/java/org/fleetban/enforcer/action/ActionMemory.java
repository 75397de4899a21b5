package org.fleetban.enforcer.action;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.fleetban.enforcer.action.ActionJournal.State;

/** What actions did and have not undone, here and in the journal for the next process. Of one thread alone. */
final class ActionMemory {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final ActionJournal journal;
    private final Consumer<String> operator;
    private final String boot = boot();
    private final Map<String, State> states = new LinkedHashMap<>();
    private boolean torn;

    /** @param operator is told what goes wrong */
    ActionMemory(ActionJournal journal, Consumer<String> operator) {
        this.journal = journal;
        this.operator = operator;
    }

    /**
     * Reads what was done; puts a file aside that is damaged.
     *
     * @return whether all is known
     * @throws IOException if the file has to stay: perhaps it can be read later, or it is damaged and cannot be put aside
     */
    boolean read() throws IOException {
        states.clear();
        try {
            journal.read(boot, states);
            return true;
        } catch (ActionJournal.DamagedException e) {
            operator.accept("not all is known any more of what actions did: " + e.getMessage()
                    + "; the file is kept as " + journal.putAside());
            return false;
        }
    }

    /** By the action's id. */
    Map<String, State> states() {
        return states;
    }

    State of(Action action) {
        return states.computeIfAbsent(action.id(), id -> new State());
    }

    void started(Action action, boolean started) {
        of(action).started = started;
        save(() -> journal.started(action.id(), started));
    }

    void done(Action action, ActionBan ban) {
        of(action).held.put(ban.key(), ban.remembered());
        save(() -> journal.done(action.id(), ban));
    }

    void undone(Action action, String key) {
        of(action).held.remove(key);
        save(() -> journal.undone(action.id(), key));
    }

    /** Nothing of it can be undone any more; to be followed by {@link #rewrite}. */
    void forget(Action action) {
        states.remove(action.id());
    }

    /** Writes everything anew: a crash may have cut the file off within an entry, and nothing that follows one could be read. */
    void rewrite() {
        save(() -> journal.rewrite(boot, states));
    }

    private interface Saving {
        void run() throws IOException;
    }

    /** After a failure nobody knows how the file ends: it is written anew, as it is when it has become long. */
    private void save(Saving saving) {
        try {
            if (torn || journal.isLong(states)) {
                journal.rewrite(boot, states);
            } else {
                saving.run();
            }
            torn = false;
        } catch (IOException e) {
            torn = true;
            operator.accept("what actions did cannot be saved for the next start: " + e);
        }
    }

    private static String boot() {
        try {
            return Objects.requireNonNull(Files.readString(BOOT_ID)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
