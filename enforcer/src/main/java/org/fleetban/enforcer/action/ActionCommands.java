package org.fleetban.enforcer.action;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.fleetban.enforcer.action.ActionJournal.State;
import org.fleetban.protocol.Family;

/**
 * Runs an action's commands for bans as fail2ban does: its start before the first of them, its check after one that failed. What
 * returns a text returns why it failed, in one line; empty: it did not.
 */
final class ActionCommands {

    private static final int MAX_NAMED = 5;

    private final ShellRunner shell;
    private final String host;
    private final ActionMemory memory;
    private final Consumer<Set<String>> lost;
    private final BooleanSupplier stopping;

    /**
     * @param host this host's name
     * @param memory is told what was done
     * @param lost is told the keys of bans that an action held when it began anew: all of them are due again
     * @param stopping whether to begin with no other ban
     */
    ActionCommands(
            ShellRunner shell, String host, ActionMemory memory, Consumer<Set<String>> lost, BooleanSupplier stopping) {
        this.shell = shell;
        this.host = host;
        this.memory = memory;
        this.lost = lost;
        this.stopping = stopping;
    }

    String ban(Action action, ActionBan ban) throws InterruptedException {
        if (!(action.norestored() && ban.restored())) {
            String why = start(action, ban);
            if (why.isEmpty()) {
                why = command(action, "actionban", ban);
            }
            if (!why.isEmpty()) {
                return why;
            }
        }
        memory.done(action, ban);
        return "";
    }

    String prolong(Action action, ActionBan ban) throws InterruptedException {
        String why = command(action, "actionprolong", ban);
        if (why.isEmpty()) {
            memory.done(action, ban);
        }
        return why;
    }

    String unban(Action action, ActionBan held) throws InterruptedException {
        // After a start of the system there is nothing to undo of an action that makes its own place first.
        boolean gone = !memory.of(action).started && action.command("actionstart", held.family()) != null;
        String why = gone ? "" : command(action, "actionunban", held);
        if (why.isEmpty()) {
            memory.undone(action, held.key());
        }
        return why;
    }

    /** Undoes an action for all its bans and stops it, whatever fails. */
    String takeBack(Action action) throws InterruptedException {
        String why = failed(undo(action));
        return also(why, stop(action));
    }

    /** Undoes an action for all its bans, whatever fails for some; returns for which it failed, and why. */
    Map<ActionBan, String> undo(Action action) throws InterruptedException {
        State state = memory.of(action);
        Map<ActionBan, String> failed = new LinkedHashMap<>();
        if (!state.held.isEmpty() && !stopping.getAsBoolean()) {
            // What cannot be flushed is undone one by one; after a start of the system there may be nothing to flush.
            flush(action);
        }
        for (ActionBan held : List.copyOf(state.held.values())) {
            // Undoing one may find that the action has lost them all.
            if (state.held.containsKey(held.key()) && !stopping.getAsBoolean()) {
                String why = unban(action, held);
                if (!why.isEmpty()) {
                    failed.put(held, why);
                }
            }
        }
        return failed;
    }

    String stop(Action action) throws InterruptedException {
        if (!memory.of(action).started || stopping.getAsBoolean()) {
            return "";
        }
        String why = both(action, "actionstop", Map.of());
        if (why.isEmpty()) {
            memory.started(action, false);
        }
        return why;
    }

    /** What {@link #undo} returned, in one line. */
    static String failed(Map<ActionBan, String> failed) {
        if (failed.isEmpty()) {
            return "";
        }
        String named =
                failed.keySet().stream().limit(MAX_NAMED).map(ActionBan::id).collect(Collectors.joining(", "));
        String others = failed.size() > MAX_NAMED ? " and " + (failed.size() - MAX_NAMED) + " others" : "";
        return "for " + named + others + ", " + failed.values().iterator().next();
    }

    /** Two reasons in one line, where there are two. */
    static String also(String why, String other) {
        return why.isEmpty() || other.isEmpty() ? why + other : why + "; " + other;
    }

    /** Takes back all bans of a family at once, where an action can do that; of both, where that is one command. */
    private void flush(Action action) throws InterruptedException {
        Set<String> done = new HashSet<>();
        for (Family family : List.of(Family.INET, Family.INET6)) {
            String command = action.command("actionflush", family);
            if (command != null
                    && !done.contains(command)
                    && shell.run(ShellScript.of(command, Map.of())).isEmpty()) {
                done.add(command);
            }
        }
        boolean flushed = memory.of(action).held.values().removeIf(held -> {
            String command = action.command("actionflush", held.family());
            return command != null && done.contains(command);
        });
        if (flushed) {
            memory.rewrite();
        }
    }

    /** Runs a command of both families, once where it is the same; a stop goes on with the second whatever the first did. */
    private String both(Action action, String option, Map<String, String> tags) throws InterruptedException {
        Set<String> done = new HashSet<>();
        String failed = "";
        for (Map<String, String> commands : List.of(action.inet(), action.inet6())) {
            String command = commands.getOrDefault(option, "");
            boolean due = failed.isEmpty() || !option.equals("actionstart");
            if (due && !command.isBlank() && done.add(command)) {
                String why = shell.run(ShellScript.of(command, tags));
                failed = also(failed, why.isEmpty() ? "" : option + ": " + why);
            }
        }
        return failed;
    }

    private String start(Action action, ActionBan ban) throws InterruptedException {
        if (memory.of(action).started) {
            return "";
        }
        String why = both(action, "actionstart", ban.tags(host));
        if (why.isEmpty()) {
            memory.started(action, true);
        }
        return why;
    }

    /** Runs a command; if it fails and {@code actioncheck} too, the action is repaired or started anew, and it runs again. */
    private String command(Action action, String option, ActionBan ban) throws InterruptedException {
        String command = action.command(option, ban.family());
        if (command == null) {
            return "";
        }
        ShellScript script = ShellScript.of(command, ban.tags(host));
        String why = shell.run(script);
        String check = action.command("actioncheck", ban.family());
        if (why.isEmpty()
                || check == null
                || shell.run(ShellScript.of(check, ban.tags(host))).isEmpty()) {
            return why.isEmpty() ? "" : option + ": " + why;
        }
        String repair = action.command("actionrepair", ban.family());
        boolean beganAnew = repair == null;
        if (repair != null) {
            why = shell.run(ShellScript.of(repair, ban.tags(host)));
        } else {
            String stop = action.command("actionstop", ban.family());
            if (stop != null) {
                shell.run(ShellScript.of(stop, ban.tags(host)));
            }
            // Forgotten before it begins anew: a crash in between would leave bans that it has lost for done.
            State state = memory.of(action);
            lost.accept(Set.copyOf(state.held.keySet()));
            state.started = false;
            state.held.clear();
            memory.rewrite();
            why = start(action, ban);
        }
        if (why.isEmpty()) {
            // What began anew holds nothing that could be undone.
            why = beganAnew && option.equals("actionunban") ? "" : shell.run(script);
        }
        return why.isEmpty() ? "" : option + ": " + why;
    }
}
