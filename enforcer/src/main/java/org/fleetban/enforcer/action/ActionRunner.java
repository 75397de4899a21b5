package org.fleetban.enforcer.action;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.fleetban.enforcer.action.ActionJournal.State;
import org.jspecify.annotations.Nullable;

/**
 * Does for every ban what its jail's actions say, and undoes it when the ban is gone, on a thread of its own: a command that
 * hangs or fails delays no rule of the firewall.
 *
 * <p>There is no queue that could overflow: it knows which bans stand and for which of them each action was carried out, and
 * carries out the difference, one command at a time. What fails is tried again, later and later. What was carried out is
 * on disk, so that a new process neither repeats nor forgets it; after a start of the system it is carried out again.
 */
public final class ActionRunner implements AutoCloseable {

    /** fail2ban's own limit for a command. */
    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final long FIRST_RETRY_MS = 5_000;
    private static final long LAST_RETRY_MS = 600_000;
    private static final long IDLE_MS = 1_000;
    private static final long STOP_MS = 2_000;
    private static final int MAX_MESSAGES = 1_000;

    private final Clock clock;
    private final ShellRunner shell;
    private final Thread thread = new Thread(this::run, "fleetban-actions");
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();

    /** By jail, as the operator wants them now; replaced as a whole. */
    private volatile Map<String, List<Action>> configured;

    // Guarded by this.
    private final Map<String, ActionBan> wanted = new HashMap<>();
    private final Set<String> changed = new HashSet<>();
    private boolean complete;
    private long demand;
    private boolean started;
    private boolean stopping;
    private long applied;
    private long pending;
    private long failures;

    // Of the runner's thread alone.
    private Map<String, List<Action>> actions;
    private final ActionMemory memory;
    private final ActionCommands commands;
    private final Map<String, Retry> retries = new LinkedHashMap<>();
    private long nextLook;
    private boolean reconciled;

    /** An action for a ban that failed. */
    private record Retry(String key, long at, long after) {}

    /**
     * @param actions of all jails
     * @param folder where it is kept what was carried out
     * @param host this host's name
     * @param prefix words before every command, such as {@code ip netns exec NAME}; usually none
     */
    public ActionRunner(List<Action> actions, Path folder, String host, List<String> prefix, Clock clock) {
        this(actions, new ActionJournal(folder), host, new ShellRunner(prefix, TIMEOUT), clock);
    }

    ActionRunner(List<Action> actions, ActionJournal journal, String host, ShellRunner shell, Clock clock) {
        this.actions = byJail(actions);
        this.configured = this.actions;
        this.clock = clock;
        this.shell = shell;
        this.memory = new ActionMemory(journal, this::tell);
        this.commands = new ActionCommands(shell, host, memory, this::lost, this::isStopping);
    }

    /** How it stands: actions carried out for bans that stand, actions that wait, and commands that failed so far. */
    public record Report(long applied, long pending, long failures) {}

    private static Map<String, List<Action>> byJail(Collection<Action> actions) {
        return actions.stream().collect(Collectors.groupingBy(Action::jail));
    }

    /** Starts, as soon as there is anything to do. */
    public synchronized void start() {
        started = true;
        if (!configured.isEmpty() && thread.getState() == Thread.State.NEW) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Whether bans of a jail matter here. */
    public boolean concerns(String jail) {
        return configured.containsKey(jail);
    }

    /**
     * Puts other actions in the place of those that run, as soon as all bans are known. What one did that is gone or changed is
     * undone as it was defined; one that is new or changed is carried out for the bans that stand, as for bans of before.
     * Where start, ban and prolongation stay as they are, nothing is undone.
     *
     * @return whether bans of more jails matter now, so that all bans are to be told again with {@link #replace}
     */
    public synchronized boolean configure(List<Action> changed) {
        Set<String> before = configured.keySet();
        configured = byJail(changed);
        boolean more = !before.containsAll(configured.keySet());
        if (more) {
            complete = false;
            demand++;
        }
        wanted.values().removeIf(ban -> !concerns(ban.jail()));
        if (started) {
            start();
        }
        notifyAll();
        return more;
    }

    /** A ban stands, or stands longer. */
    public synchronized void want(ActionBan ban) {
        if (concerns(ban.jail())) {
            wanted.put(ban.key(), ban);
            changed.add(ban.key());
            notifyAll();
        }
    }

    /** A ban stands no more. */
    public synchronized void lift(String key) {
        if (wanted.remove(key) != null) {
            changed.add(key);
            notifyAll();
        }
    }

    /** Grows whenever bans of more jails come to matter: what was read of them before is not whole. Any thread. */
    public synchronized long demand() {
        return demand;
    }

    /**
     * These are all bans that stand.
     *
     * @param demand as it was before they were read
     */
    public synchronized void replace(List<ActionBan> bans, long demand) {
        changed.addAll(wanted.keySet());
        wanted.clear();
        bans.forEach(this::want);

        complete |= demand == this.demand;
        notifyAll();
    }

    /** What happened since the last call, for the operator. */
    public List<String> takeMessages() {
        List<String> taken = new ArrayList<>();
        for (String message = messages.poll(); message != null; message = messages.poll()) {
            taken.add(message);
        }
        return taken;
    }

    public synchronized Report report() {
        return new Report(applied, pending, failures);
    }

    /** Stops; what runs is killed and run again by the next process. */
    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        try {
            thread.join(STOP_MS);
            shell.stop();
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Undoes what earlier processes carried out, and stops the actions; for a runner that is not started.
     *
     * @param standing the bans of the last run: for those everything is undone if it is not known any more what was done
     * @return what is not taken back or not known; what failed will be tried again when this is called again
     */
    public List<String> remove(List<ActionBan> standing) throws InterruptedException {
        new ActionRemoval(all(actions), memory, commands, this::isStopping, this::tell).run(standing);
        return takeMessages();
    }

    /** Nothing is carried out before that, and the file is left alone; false: this runner stops. */
    private boolean awaitJournal() throws InterruptedException {
        String told = "";
        while (!isStopping()) {
            try {
                memory.read();
                return true;
            } catch (IOException e) {
                if (!told.equals(e.toString())) {
                    told = e.toString();
                    tell("actions wait, since it cannot be read what they did: " + told);
                }
                pause();
            }
        }
        return false;
    }

    private synchronized void pause() throws InterruptedException {
        if (!stopping) {
            wait(IDLE_MS);
        }
    }

    private void run() {
        try {
            if (!awaitJournal()) {
                return;
            }
            memory.rewrite();
            while (true) {
                Set<String> due = takeDue();
                if (due == null) {
                    return;
                }
                Map<String, List<Action>> next = next();
                if (!actions.equals(next)) {
                    due.addAll(change(next, due));
                }
                if (!reconciled && isComplete()) {
                    reconciled = true;
                    memory.states().values().forEach(state -> due.addAll(state.held.keySet()));
                }
                for (String key : due) {
                    if (isStopping()) {
                        return;
                    }
                    converge(key);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The actions that are to be in force. Before all bans are known those of before stay: they could be undone, but not done
     * anew.
     */
    private synchronized Map<String, List<Action>> next() {
        return complete ? configured : actions;
    }

    /** Puts other actions in force; returns the bans for which something is due now beside those that are new. */
    private Set<String> change(Map<String, List<Action>> next, Set<String> fresh) throws InterruptedException {
        Set<Action> before = all(actions);
        Set<Action> after = all(next);
        Set<String> due = new HashSet<>();
        for (Action action : before) {
            if (after.contains(action)) {
                continue;
            }
            if (after.stream().noneMatch(action::doesTheSame)) {
                takeBack(action);
            }
            if (isStopping()) {
                return due;
            }
            retries.forEach((id, retry) -> {
                if (id.startsWith(action.id() + '\0')) {
                    due.add(retry.key());
                }
            });
            retries.keySet().removeIf(id -> id.startsWith(action.id() + '\0'));
        }
        memory.rewrite();
        actions = next;
        reconciled = false;
        Set<String> jails = after.stream()
                .filter(action -> before.stream().noneMatch(action::doesTheSame))
                .map(Action::jail)
                .collect(Collectors.toSet());
        due.addAll(standing(jails, fresh));
        return due;
    }

    /** Takes an action back for good: what fails can never be undone any more, because its definition is gone. */
    private void takeBack(Action action) throws InterruptedException {
        if (!memory.states().containsKey(action.id())) {
            return;
        }
        String why = commands.takeBack(action);
        if (isStopping()) {
            return;
        }
        memory.forget(action);
        if (!why.isEmpty()) {
            tell("[" + action.jail() + "] action " + action.name()
                    + " as it was defined before could not be taken back, and what it did stays: " + why);
        }
    }

    private static Set<Action> all(Map<String, List<Action>> actions) {
        return actions.values().stream().flatMap(List::stream).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The bans of these jails that stood before. */
    private synchronized Set<String> standing(Set<String> jails, Set<String> fresh) {
        Set<String> standing = wanted.values().stream()
                .filter(ban -> jails.contains(ban.jail()) && !fresh.contains(ban.key()) && !changed.contains(ban.key()))
                .map(ActionBan::key)
                .collect(Collectors.toSet());
        wanted.replaceAll((key, ban) -> standing.contains(key) ? ban.remembered() : ban);
        return standing;
    }

    private synchronized @Nullable Set<String> takeDue() throws InterruptedException {
        long now = clock.millis();
        Set<String> due = new HashSet<>(changed);
        retries.values().stream()
                .filter(retry -> retry.at() <= now)
                .map(Retry::key)
                .forEach(due::add);
        if (now >= nextLook) {
            nextLook = now + IDLE_MS;
            wanted.values().stream()
                    .filter(ban -> ban.until() <= now)
                    .map(ActionBan::key)
                    .forEach(due::add);
        }
        Set<String> open = new HashSet<>(due);
        retries.values().forEach(retry -> open.add(retry.key()));
        pending = open.size();
        applied = memory.states().values().stream()
                .mapToLong(state -> state.held.size())
                .sum();
        changed.clear();
        if (due.isEmpty() && !stopping && actions.equals(next())) {
            wait(IDLE_MS);
        }
        return stopping ? null : due;
    }

    private synchronized boolean isComplete() {
        return complete;
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private synchronized @Nullable ActionBan wanted(String key) {
        ActionBan ban = wanted.get(key);
        if (ban != null && ban.until() <= clock.millis()) {
            wanted.remove(key);
            return null;
        }
        return ban;
    }

    private void converge(String key) throws InterruptedException {
        ActionBan ban = wanted(key);
        for (Map.Entry<String, List<Action>> jail : actions.entrySet()) {
            for (Action action : jail.getValue()) {
                State state = memory.of(action);
                ActionBan held = state.held.get(key);
                if (ban != null && !ban.jail().equals(action.jail())) {
                    continue;
                }
                String why = "";
                if (ban != null
                        && (held == null || !state.started && action.command("actionstart", ban.family()) != null)) {
                    why = commands.ban(action, ban);
                } else if (ban != null && held != null && held.until() != ban.until()) {
                    why = commands.prolong(action, ban);
                } else if (ban == null && held != null) {
                    why = commands.unban(action, held);
                }
                settle(action, key, why);
            }
        }
    }

    /** What an action held was lost with it: all of it is due again. */
    private synchronized void lost(Set<String> keys) {
        for (String key : keys) {
            ActionBan ban = wanted.get(key);
            if (ban != null) {
                wanted.put(key, ban.remembered());
            }
            changed.add(key);
        }
    }

    private void settle(Action action, String key, String why) {
        String id = action.id() + '\0' + key;
        if (why.isEmpty()) {
            retries.remove(id);
            return;
        }
        Retry before = retries.get(id);
        long after = before == null ? FIRST_RETRY_MS : Math.min(LAST_RETRY_MS, before.after() * 2);
        retries.put(id, new Retry(key, clock.millis() + after, after));
        synchronized (this) {
            failures++;
        }
        tell("[" + action.jail() + "] action " + action.name() + " failed for a ban, again in " + after / 1000 + " s: "
                + why);
    }

    private void tell(String message) {
        if (messages.size() < MAX_MESSAGES) {
            messages.add(message);
        }
    }
}
