package org.fleetban.enforcer.action;

import java.io.IOException;
import java.nio.file.Files;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.fleetban.enforcer.action.ActionJournal.State;
import org.fleetban.protocol.Family;
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

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final long FIRST_RETRY_MS = 5_000;
    private static final long LAST_RETRY_MS = 600_000;
    private static final long IDLE_MS = 1_000;
    private static final long STOP_MS = 2_000;
    private static final int MAX_MESSAGES = 1_000;
    private static final int MAX_NAMED = 5;

    private final String host;
    private final Clock clock;
    private final ShellRunner shell;
    private final ActionJournal journal;
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
    private final String boot = boot();
    private final Map<String, State> states = new LinkedHashMap<>();
    private final Map<String, Retry> retries = new LinkedHashMap<>();
    private long nextLook;
    private boolean torn;
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
        this.host = host;
        this.clock = clock;
        this.shell = shell;
        this.journal = journal;
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
        Map<String, State> presumed = new HashMap<>();
        try {
            if (!read()) {
                presumed.putAll(presume(standing));
            }
        } catch (IOException e) {
            tell("nothing is taken back of what actions did, since that cannot be read: " + e);
            return takeMessages();
        }
        if (!states.isEmpty()) {
            // A crash may have cut the file off within an entry, and nothing that follows one could be read.
            save(() -> journal.rewrite(boot, states));
        }
        Set<String> configured =
                actions.values().stream().flatMap(List::stream).map(Action::id).collect(Collectors.toSet());
        states.forEach((id, state) -> {
            if (!configured.contains(id) && (state.started || !state.held.isEmpty())) {
                tell("action " + id + " is not configured any more: what it did stays, for " + state.held.size()
                        + (state.held.size() == 1 ? " ban" : " bans"));
            }
        });
        for (List<Action> ofJail : actions.values()) {
            for (Action action : ofJail) {
                State state = states.get(action.id());
                String why =
                        state == null ? "" : remove(action, state, presumed.getOrDefault(action.id(), new State()));
                if (!why.isEmpty()) {
                    tell("[" + action.jail() + "] action " + action.name() + " could not be taken back: " + why);
                }
            }
        }
        return takeMessages();
    }

    /** Takes everything for done for these bans; returns what of that is not known, by action. */
    private Map<String, State> presume(List<ActionBan> standing) {
        Map<String, State> presumed = new HashMap<>();
        actions.values().stream().flatMap(List::stream).forEach(action -> {
            State state = states.computeIfAbsent(action.id(), id -> new State());
            State unknown = presumed.computeIfAbsent(action.id(), id -> new State());
            unknown.started = !state.started;
            state.started = true;
            for (ActionBan ban : standing) {
                if (ban.jail().equals(action.jail()) && state.held.putIfAbsent(ban.key(), ban.remembered()) == null) {
                    unknown.held.put(ban.key(), ban.remembered());
                }
            }
            tell("[" + action.jail() + "] action " + action.name() + " is undone for " + state.held.size()
                    + " bans of the last run; what it did for others stays");
        });
        return presumed;
    }

    /** Takes an action back; what is merely presumed and fails may never have been, so that it is not tried again. */
    private String remove(Action action, State state, State presumed) throws InterruptedException {
        Map<ActionBan, String> failed = undo(action, state);
        String why = failed(failed);
        for (ActionBan ban : failed.keySet()) {
            if (presumed.held.containsKey(ban.key()) && !isStopping()) {
                state.held.remove(ban.key());
                save(() -> journal.undone(action.id(), ban.key()));
            }
        }
        if (state.held.isEmpty()) {
            why = also(why, stop(action, state));
        }
        if (state.held.isEmpty() && state.started && presumed.started && !isStopping()) {
            state.started = false;
            save(() -> journal.started(action.id(), false));
        }
        return why;
    }

    /** Undoes an action for all its bans, whatever fails for some; returns for which it failed, and why. */
    private Map<ActionBan, String> undo(Action action, State state) throws InterruptedException {
        Map<ActionBan, String> failed = new LinkedHashMap<>();
        if (!state.held.isEmpty() && !isStopping()) {
            // What cannot be flushed is undone one by one; after a start of the system there may be nothing to flush.
            flush(action, state);
        }
        for (ActionBan held : List.copyOf(state.held.values())) {
            // Undoing one may find that the action has lost them all.
            if (state.held.containsKey(held.key()) && !isStopping()) {
                String why = unban(action, state, held);
                if (!why.isEmpty()) {
                    failed.put(held, why);
                }
            }
        }
        return failed;
    }

    private String stop(Action action, State state) throws InterruptedException {
        if (!state.started || isStopping()) {
            return "";
        }
        String why = both(action, "actionstop", Map.of());
        if (why.isEmpty()) {
            state.started = false;
            save(() -> journal.started(action.id(), false));
        }
        return why;
    }

    private static String failed(Map<ActionBan, String> failed) {
        if (failed.isEmpty()) {
            return "";
        }
        String named =
                failed.keySet().stream().limit(MAX_NAMED).map(ActionBan::id).collect(Collectors.joining(", "));
        String others = failed.size() > MAX_NAMED ? " and " + (failed.size() - MAX_NAMED) + " others" : "";
        return "for " + named + others + ", " + failed.values().iterator().next();
    }

    private static String also(String why, String other) {
        return why.isEmpty() || other.isEmpty() ? why + other : why + "; " + other;
    }

    /** Takes back all bans at once, where an action can do that. */
    private void flush(Action action, State state) throws InterruptedException {
        boolean can =
                action.command("actionflush", null) != null || action.command("actionflush", Family.INET6) != null;
        if (can && both(action, "actionflush", Map.of()).isEmpty()) {
            state.held.clear();
            save(() -> journal.rewrite(boot, states));
        }
    }

    /** Runs a command of both families, once where it is the same; all but a start go on with the second whatever the first did. */
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

    /**
     * Reads what was done; puts a file aside that is damaged.
     *
     * @return whether all is known
     * @throws IOException if the file has to stay: perhaps it can be read later, or it is damaged and cannot be put aside
     */
    private boolean read() throws IOException {
        states.clear();
        try {
            journal.read(boot, states);
            return true;
        } catch (ActionJournal.DamagedException e) {
            tell("not all is known any more of what actions did: " + e.getMessage() + "; the file is kept as "
                    + journal.putAside());
            return false;
        }
    }

    /** Nothing is carried out before that, and the file is left alone; false: this runner stops. */
    private boolean awaitJournal() throws InterruptedException {
        String told = "";
        while (!isStopping()) {
            try {
                read();
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
            save(() -> journal.rewrite(boot, states));
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
                    states.values().forEach(state -> due.addAll(state.held.keySet()));
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
        save(() -> journal.rewrite(boot, states));
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
        State state = states.get(action.id());
        if (state == null) {
            return;
        }
        String why = failed(undo(action, state));
        why = also(why, stop(action, state));
        if (isStopping()) {
            return;
        }
        states.remove(action.id());
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
        applied = states.values().stream().mapToLong(state -> state.held.size()).sum();
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
                State state = states.computeIfAbsent(action.id(), id -> new State());
                ActionBan held = state.held.get(key);
                if (ban != null && !ban.jail().equals(action.jail())) {
                    continue;
                }
                String why = "";
                if (ban != null
                        && (held == null || !state.started && action.command("actionstart", ban.family()) != null)) {
                    why = ban(action, state, ban);
                } else if (ban != null && held != null && held.until() != ban.until()) {
                    why = prolong(action, state, ban);
                } else if (ban == null && held != null) {
                    why = unban(action, state, held);
                }
                settle(action, key, why);
            }
        }
    }

    private String ban(Action action, State state, ActionBan ban) throws InterruptedException {
        if (!(action.norestored() && ban.restored())) {
            String why = start(action, state, ban);
            if (why.isEmpty()) {
                why = command(action, state, "actionban", ban);
            }
            if (!why.isEmpty()) {
                return why;
            }
        }
        state.held.put(ban.key(), ban.remembered());
        save(() -> journal.done(action.id(), ban));
        return "";
    }

    private String prolong(Action action, State state, ActionBan ban) throws InterruptedException {
        String why = command(action, state, "actionprolong", ban);
        if (why.isEmpty()) {
            state.held.put(ban.key(), ban.remembered());
            save(() -> journal.done(action.id(), ban));
        }
        return why;
    }

    private String unban(Action action, State state, ActionBan held) throws InterruptedException {
        // After a start of the system there is nothing to undo of an action that makes its own place first.
        boolean gone = !state.started && action.command("actionstart", held.family()) != null;
        String why = gone ? "" : command(action, state, "actionunban", held);
        if (why.isEmpty()) {
            state.held.remove(held.key());
            save(() -> journal.undone(action.id(), held.key()));
        }
        return why;
    }

    private String start(Action action, State state, ActionBan ban) throws InterruptedException {
        if (state.started) {
            return "";
        }
        String why = both(action, "actionstart", ban.tags(host));
        if (!why.isEmpty()) {
            return why;
        }
        state.started = true;
        save(() -> journal.started(action.id(), true));
        return "";
    }

    /** Runs a command; if it fails and {@code actioncheck} too, the action is repaired or started anew, and it runs again. */
    private String command(Action action, State state, String option, ActionBan ban) throws InterruptedException {
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
        boolean lost = repair == null;
        if (repair != null) {
            why = shell.run(ShellScript.of(repair, ban.tags(host)));
        } else {
            String stop = action.command("actionstop", ban.family());
            if (stop != null) {
                shell.run(ShellScript.of(stop, ban.tags(host)));
            }
            state.started = false;
            save(() -> journal.started(action.id(), false));
            why = start(action, state, ban);
            again(state);
            save(() -> journal.rewrite(boot, states));
        }
        if (why.isEmpty()) {
            // What began anew holds nothing that could be undone.
            why = lost && option.equals("actionunban") ? "" : shell.run(script);
        }
        return why.isEmpty() ? "" : option + ": " + why;
    }

    /** What the action held was lost with it: all of it is due again. */
    private synchronized void again(State state) {
        for (String key : state.held.keySet()) {
            ActionBan ban = wanted.get(key);
            if (ban != null) {
                wanted.put(key, ban.remembered());
            }
            changed.add(key);
        }
        state.held.clear();
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
            tell("what actions did cannot be saved for the next start: " + e);
        }
    }

    private void tell(String message) {
        if (messages.size() < MAX_MESSAGES) {
            messages.add(message);
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
