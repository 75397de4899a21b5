package org.fleetban.enforcer;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fleetban.enforcer.BanFollower.Away;
import org.fleetban.enforcer.BanFollower.Back;
import org.fleetban.enforcer.BanFollower.Brokers;
import org.fleetban.enforcer.BanFollower.Confirm;
import org.fleetban.enforcer.BanFollower.Loaded;
import org.fleetban.enforcer.BanFollower.Loading;
import org.fleetban.enforcer.BanFollower.Message;
import org.fleetban.enforcer.BanFollower.Notice;
import org.fleetban.enforcer.BanFollower.Records;
import org.fleetban.enforcer.BanFollower.Row;
import org.fleetban.enforcer.action.Action;
import org.fleetban.enforcer.action.ActionBan;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.Network;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.BanHead;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Puts the table of bans into the firewall of this host and keeps it there.
 *
 * <p>One thread follows the table, another owns the bans and the firewall. Stopping leaves every rule where it is: the
 * protection stands while the process is away, and the next process finds and continues it. Without Kafka it goes on
 * with what it knows, at a start with the snapshot of the last run. {@code DESIGN.md} tells the rest.
 */
public final class Enforcer implements AutoCloseable {

    private static final int INBOX = 16;
    private static final long STOP_MS = 5_000;
    private static final long FOLLOWER_STOP_MS = 1_000;
    private static final long REPORT_MS = 500;

    private final EnforcerSettings settings;
    private final Firewall firewall;
    private final Clock clock;
    private final EnforcerListener listener;
    private final BlockingQueue<Message> inbox = new ArrayBlockingQueue<>(INBOX);
    private final BanFollower follower;
    private final BanReader reader = new BanReader(Services.system());
    private final Enforcement enforcement;
    private final ActionRunner actions;

    /** For actions: bans that wait for the operator, and those that were read while the table is being loaded. */
    private final Map<String, ActionBan> withheld = new HashMap<>();

    private final Map<String, ActionBan> loadingActions = new LinkedHashMap<>();
    private boolean loadedOnce;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Thread following;
    private final Thread enforcing;

    private List<InetAddress> brokers = List.of();
    private @Nullable BanTable loading;
    private boolean reachable = true;
    private long heard;
    private long position;
    private long unreadable;
    private long reportedAt;
    private volatile EnforcerReport report;
    private volatile @Nullable Throwable failure;

    /**
     * Prepares; touches nothing yet.
     *
     * @param firewall that is to be kept; used by this enforcer alone from now on
     * @param clientConfig settings of a Kafka consumer, at least {@code bootstrap.servers}
     * @param clock the wall clock, by which bans end
     * @param listener hears what happens
     */
    public Enforcer(
            EnforcerSettings settings,
            Firewall firewall,
            Map<String, Object> clientConfig,
            Clock clock,
            EnforcerListener listener) {
        this(
                settings,
                firewall,
                clientConfig,
                clock,
                listener,
                new ActionRunner(List.of(), settings.data(), settings.host(), List.of(), clock));
    }

    /**
     * The same with commands beside the firewall.
     *
     * @param actions that is told of the bans; used and closed by this enforcer
     */
    public Enforcer(
            EnforcerSettings settings,
            Firewall firewall,
            Map<String, Object> clientConfig,
            Clock clock,
            EnforcerListener listener,
            ActionRunner actions) {
        this.actions = actions;
        this.settings = settings;
        this.firewall = firewall;
        this.clock = clock;
        this.listener = listener;
        this.enforcement = new Enforcement(settings, firewall, this::addresses, listener, clock);
        this.follower = new BanFollower(
                settings.topics(), clientConfig, inbox, enforcement::waitingSince, actions::concerns, actions::demand);
        this.report = enforcement.report(true, 0, 0, actions.report());
        this.following = new Thread(follower, "fleetban-bans");
        this.enforcing = new Thread(this::run, "fleetban-enforcer");
        following.setDaemon(true);
    }

    /** Starts enforcing, first of all the bans of the last run. */
    public void start() {
        enforcing.start();
        following.start();
        actions.start();
    }

    /** Puts other commands beside the firewall, for bans that stand and bans that come. Any thread. */
    public void configure(List<Action> changed) {
        if (actions.configure(changed)) {
            follower.readAnew();
        }
    }

    /**
     * The bans of the last run as actions are told of them.
     *
     * @param folder where an enforcer keeps its state
     * @throws IOException if they cannot be read
     */
    public static List<ActionBan> lastBans(Path folder) throws IOException {
        List<ActionBan> bans = new ArrayList<>();
        for (Ban ban : new Snapshot(folder).read(new BanReader(Services.system()))) {
            Target target = ban.target();
            Family family = target == null ? null : target.network().family();
            bans.add(new ActionBan(ban.key(), ban.jail(), ban.id(), family, 0, ban.until(), 0, 1, true, ""));
        }
        return bans;
    }

    /** How things stood within the last second. */
    public EnforcerReport report() {
        return report;
    }

    /** What ended the enforcer although nobody closed it; null: nothing. A process should end then, and be restarted. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Stops within some seconds. Every rule stays. */
    @Override
    public void close() {
        stopping.set(true);
        follower.close();
        try {
            enforcing.join(STOP_MS);
            following.join(FOLLOWER_STOP_MS);
            // It may wait for a place in the queue that nobody empties any more.
            following.interrupt();
            following.join(STOP_MS);
            actions.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            enforcement.restore(reader);
            listener.settled();
            while (!stopping.get()) {
                step();
            }
            enforcement.close();
        } catch (InterruptedException e) {
            Thread.interrupted();
            enforcement.close();
        } catch (RuntimeException | Error e) {
            failure = e;
            listener.problem("the enforcer has ended, the firewall stays as it is: " + e);
            follower.close();
        } finally {
            listener.settled();
            firewall.close();
        }
    }

    private void step() throws InterruptedException {
        long wait = Math.min(REPORT_MS, enforcement.nextDue() - clock.millis());
        Message message = inbox.poll(Math.max(1, wait), TimeUnit.MILLISECONDS);
        for (; message != null; message = inbox.poll()) {
            hear(message);
        }
        enforcement.settle();
        if (enforcement.isInForce()) {
            position = heard;
        }
        actions.takeMessages().forEach(listener::problem);
        listener.settled();
        if (clock.millis() - reportedAt >= REPORT_MS) {
            report = enforcement.report(reachable, position, unreadable, actions.report());
            reportedAt = clock.millis();
        }
    }

    private void hear(Message message) {
        if (message instanceof Records records) {
            records.rows().forEach(this::hear);
            if (loading == null) {
                heard = records.position();
            } else {
                enforcement.prepare(loading);
            }
        } else if (message instanceof Loading) {
            loading = enforcement.newTable();
            loadingActions.clear();
        } else if (message instanceof Loaded loaded && loading != null) {
            enforcement.replace(loading);
            loading = null;
            heard = loaded.position();
            loadedOnce = true;
            withheld.clear();
            actions.replace(
                    loadingActions.values().stream().filter(this::mayAct).toList(), loaded.demand());
            loadingActions.clear();
        } else if (message instanceof Away away) {
            reachable = false;
            listener.problem(away.why() + "; the bans that are known stay in force");
        } else if (message instanceof Back) {
            reachable = true;
            listener.info("Kafka answers again");
        } else if (message instanceof Brokers found) {
            brokers = found.addresses();
            enforcement.judge();
        } else if (message instanceof Confirm confirm) {
            String host = confirm.order().host();
            if (host == null || host.equals(settings.host())) {
                enforcement.confirm(confirm.order(), confirm.until());
                List.copyOf(withheld.values()).stream().filter(this::mayAct).forEach(actions::want);
            }
        } else if (message instanceof Notice notice) {
            listener.problem(notice.text());
        }
    }

    private void hear(Row row) {
        BanHead record = row.ban();
        if (row.fault() != null) {
            unreadable++;
            listener.problem("a record of the table of bans is not understood, " + row.fault());
        }
        boolean ours = record != null
                && (record.scope() == Scope.FLEET || settings.host().equals(record.host()));
        if (record == null || !ours) {
            if (loading != null) {
                loading.remove(row.key());
                loadingActions.remove(row.key());
            } else {
                enforcement.lift(row.key());
                withheld.remove(row.key());
                actions.lift(row.key());
            }
            return;
        }
        Ban ban = reader.read(row.key(), record.jail(), record.id(), record.ports(), record.protocol(), record.until());
        BanRecord whole = row.whole();
        ActionBan action = whole == null
                ? null
                : ActionBan.of(row.key(), whole, !loadedOnce || loading != null && enforcement.knows(row.key()));
        if (loading != null) {
            loading.put(ban);
            if (action != null) {
                loadingActions.put(row.key(), action);
            }
        } else {
            enforcement.put(ban);
            if (action != null && mayAct(action)) {
                actions.want(action);
            }
        }
    }

    /**
     * Whether actions may know of a ban: whom the firewall may not refuse, they may not either; but they may serve where it
     * cannot. What waits for the operator waits here too.
     */
    private boolean mayAct(ActionBan ban) {
        Optional<Refusal> refusal = enforcement.refusal(ban.key());
        if (refusal.isPresent() && refusal.get().reason().waits()) {
            withheld.put(ban.key(), ban);
        } else {
            withheld.remove(ban.key());
        }
        return refusal.isEmpty() || refusal.get().reason().concernsTheFirewallAlone();
    }

    private List<Allowlist.Entry> addresses() {
        List<Allowlist.Entry> found = new ArrayList<>(HostAddresses.find());
        for (InetAddress broker : brokers) {
            found.add(new Allowlist.Entry(Network.of(broker), "a Kafka broker"));
        }
        return found;
    }
}
