package org.fleetban.enforcer.action;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.fleetban.enforcer.action.ActionJournal.State;

/** Takes back what earlier processes carried out, and stops the actions. */
final class ActionRemoval {

    private final Collection<Action> actions;
    private final ActionMemory memory;
    private final ActionCommands commands;
    private final BooleanSupplier stopping;
    private final Consumer<String> operator;

    /** @param operator is told what is not taken back or not known */
    ActionRemoval(
            Collection<Action> actions,
            ActionMemory memory,
            ActionCommands commands,
            BooleanSupplier stopping,
            Consumer<String> operator) {
        this.actions = actions;
        this.memory = memory;
        this.commands = commands;
        this.stopping = stopping;
        this.operator = operator;
    }

    /** @param standing the bans of the last run: for those everything is undone if it is not known any more what was done */
    void run(List<ActionBan> standing) throws InterruptedException {
        Map<String, State> presumed = new HashMap<>();
        try {
            if (!memory.read()) {
                presumed.putAll(presume(standing));
            }
        } catch (IOException e) {
            operator.accept("nothing is taken back of what actions did, since that cannot be read: " + e);
            return;
        }
        if (!memory.states().isEmpty()) {
            memory.rewrite();
        }
        Set<String> configured = actions.stream().map(Action::id).collect(Collectors.toSet());
        memory.states().forEach((id, state) -> {
            if (!configured.contains(id) && (state.started || !state.held.isEmpty())) {
                operator.accept("action " + id + " is not configured any more: what it did stays, for "
                        + state.held.size() + (state.held.size() == 1 ? " ban" : " bans"));
            }
        });
        for (Action action : actions) {
            if (memory.states().containsKey(action.id())) {
                String why = takeBack(action, presumed.getOrDefault(action.id(), new State()));
                if (!why.isEmpty()) {
                    operator.accept(
                            "[" + action.jail() + "] action " + action.name() + " could not be taken back: " + why);
                }
            }
        }
    }

    /** Takes everything for done for these bans; returns what of that is not known, by action. */
    private Map<String, State> presume(List<ActionBan> standing) {
        Map<String, State> presumed = new HashMap<>();
        for (Action action : actions) {
            State state = memory.of(action);
            State unknown = presumed.computeIfAbsent(action.id(), id -> new State());
            unknown.started = !state.started;
            state.started = true;
            for (ActionBan ban : standing) {
                if (ban.jail().equals(action.jail()) && state.held.putIfAbsent(ban.key(), ban.remembered()) == null) {
                    unknown.held.put(ban.key(), ban.remembered());
                }
            }
            operator.accept("[" + action.jail() + "] action " + action.name() + " is undone for " + state.held.size()
                    + " bans of the last run; what it did for others stays");
        }
        return presumed;
    }

    /** Takes an action back; what is merely presumed and fails may never have been, so that it is not tried again. */
    private String takeBack(Action action, State presumed) throws InterruptedException {
        State state = memory.of(action);
        Map<ActionBan, String> failed = commands.undo(action);
        String why = ActionCommands.failed(failed);
        for (ActionBan ban : failed.keySet()) {
            if (presumed.held.containsKey(ban.key()) && !stopping.getAsBoolean()) {
                memory.undone(action, ban.key());
            }
        }
        if (state.held.isEmpty()) {
            why = ActionCommands.also(why, commands.stop(action));
        }
        if (state.held.isEmpty() && state.started && presumed.started && !stopping.getAsBoolean()) {
            memory.started(action, false);
        }
        return why;
    }
}
