package org.fleetban.enforcer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
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

class EnforcementTest {

    private static final ActionRunner.Report NO_ACTIONS = new ActionRunner.Report(0, 0, 0);

    private @TempDir Path data;

    @Test
    void aLookThatFailsIsTakenAgainBeforeEverythingIsRead() {
        SlowFirewall firewall = new SlowFirewall();
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

    /** A dry run some of whose looks take too long. */
    private static final class SlowFirewall implements Firewall {

        private final Firewall dryRun = Firewalls.dryRun(Clock.systemUTC());
        private final AtomicInteger reads = new AtomicInteger();
        private final AtomicInteger looks = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();

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
