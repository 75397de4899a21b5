package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.enforcer.firewall.Audit;
import org.fleetban.enforcer.firewall.Change;
import org.fleetban.enforcer.firewall.Entries;
import org.fleetban.enforcer.firewall.Firewall;
import org.fleetban.enforcer.firewall.FirewallException;
import org.fleetban.enforcer.firewall.Firewalls;
import org.fleetban.enforcer.firewall.Group;
import org.fleetban.enforcer.firewall.Services;
import org.fleetban.enforcer.firewall.Target;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnforcementTest {

    private static final ActionRunner.Report NO_ACTIONS = new ActionRunner.Report(0, 0, 0);

    private @TempDir Path data;

    @Test
    void aLookThatFailsIsTakenAgainBeforeEverythingIsRead() {
        SlowFirewall firewall = new SlowFirewall(Clock.systemUTC(), true);
        EnforcerSettings settings =
                EnforcerSettings.of(Map.of("enforcer.audit.ms", "100"), "here", new Topics("t."), data);
        try (Enforcement enforcement =
                new Enforcement(settings, firewall, List::of, new EnforcerListener() {}, Clock.systemUTC())) {
            BanTable table = enforcement.newTable();
            table.put(new BanReader(Services.system())
                    .read("k", "sshd", "192.0.2.1", "ssh", "tcp", Instant.now().plus(Duration.ofHours(1))));
            enforcement.replace(table);
            enforcement.settle();
            assertThat(enforcement.isInForce()).isTrue();
            assertThat(firewall.reads).hasValue(1);

            firewall.failures.set(1);
            Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
                enforcement.settle();
                return firewall.looks.get() >= 3;
            });

            assertThat(firewall.failures).hasValue(0);
            assertThat(firewall.reads).hasValue(1);
            assertThat(enforcement.isInForce()).isTrue();
            assertThat(enforcement.report(true, 0, 0, NO_ACTIONS).failures()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everythingIsComparedOnceBansComeNoLongerFastOrAfterAMinuteWhereThatComesToAnEnd(boolean listsBesideChanges) {
        SteppedClock clock = new SteppedClock();
        SlowFirewall firewall = new SlowFirewall(clock, listsBesideChanges);
        BanReader reader = new BanReader(Services.system());
        EnforcerSettings settings =
                EnforcerSettings.of(Map.of("enforcer.new-bans-per-minute", "0"), "here", new Topics("t."), data);
        try (Enforcement enforcement =
                new Enforcement(settings, firewall, List::of, new EnforcerListener() {}, clock)) {
            enforcement.replace(enforcement.newTable());
            enforcement.settle();
            for (int i = 1; i <= 200; i++) {
                clock.forward(400);
                enforcement.put(reader.read("k" + i, "sshd", "192.0.2." + i, "ssh", "tcp", null));
                enforcement.settle();
                if (i == 100) {
                    assertThat(firewall.lists).hasValue(0);
                }
            }
            if (!listsBesideChanges) {
                assertThat(firewall.lists).hasValue(0);
                clock.forward(600);
                enforcement.settle();
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> firewall.lists.get() == 1);
        }
    }

    /** Stands until it is moved. */
    private static final class SteppedClock extends Clock {

        private final AtomicLong now = new AtomicLong(System.currentTimeMillis());

        private void forward(long millis) {
            now.addAndGet(millis);
        }

        @Override
        public long millis() {
            return now.get();
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    /** A dry run some of whose looks take too long. */
    private static final class SlowFirewall implements Firewall {

        private final Firewall dryRun;
        private final boolean listsBesideChanges;
        private final AtomicInteger lists = new AtomicInteger();
        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();

        SlowFirewall(Clock clock, boolean listsBesideChanges) {
            this.dryRun = Firewalls.dryRun(clock);
            this.listsBesideChanges = listsBesideChanges;
        }

        @Override
        public boolean listsBesideChanges() {
            return listsBesideChanges;
        }

        @Override
        public String description() {
            return dryRun.description();
        }

        @Override
        public Set<Family> families() {
            return dryRun.families();
        }

        @Override
        public boolean endsEntries() {
            return dryRun.endsEntries();
        }

        @Override
        public Audit read(SortedSet<Group> groups, Entries entries) throws FirewallException {
            reads.incrementAndGet();
            return dryRun.read(groups, entries);
        }

        @Override
        public void list(Entries entries) throws FirewallException {
            lists.incrementAndGet();
            dryRun.list(entries);
        }

        @Override
        public Audit audit(SortedSet<Group> groups, Collection<Target> sample) throws FirewallException {
            looks.incrementAndGet();
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new FirewallException("no answer within 30 s");
            }
            return dryRun.audit(groups, sample);
        }

        @Override
        public void apply(Change change) throws FirewallException {
            dryRun.apply(change);
        }

        @Override
        public void supersede() throws FirewallException {
            dryRun.supersede();
        }

        @Override
        public void remove() throws FirewallException {
            dryRun.remove();
        }
    }
}
