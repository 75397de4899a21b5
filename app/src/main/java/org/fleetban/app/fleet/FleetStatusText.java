package org.fleetban.app.fleet;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.fleetban.protocol.HostRecord;
import org.jspecify.annotations.Nullable;

/** {@link FleetStatus} for people: first what {@code fail2ban-client status} prints, then the hosts. */
public final class FleetStatusText {

    private final FleetStatus status;

    /** @param status to be printed */
    public FleetStatusText(FleetStatus status) {
        this.status = status;
    }

    /** Prints it. */
    public void print(PrintStream out) {
        Tree jails = new Tree("Status");
        jails.add("Number of jail", Integer.toString(status.jails().size()));
        jails.add("Jail list", String.join(", ", status.jails()));
        jails.print(out);
        out.print('\n');
        Tree fleet = new Tree("Fleet");
        fleet.add("Currently banned", Long.toString(status.banned()));
        Backlog backlog = status.backlog();
        fleet.add(
                "Not yet processed",
                Terminal.count(backlog.lines(), "line") + ", " + Terminal.count(backlog.failures(), "failure") + ", "
                        + Terminal.count(backlog.commands(), "command"));
        processors(fleet);
        shippers(fleet);
        enforcers(fleet);
        fleet.print(out);
    }

    private void processors(Tree fleet) {
        List<FleetStatus.ProcessorState> all = status.processors();
        Tree branch = fleet.add(
                "Processors",
                running(all.stream().filter(FleetStatus.ProcessorState::running).count(), all.size()));
        for (FleetStatus.ProcessorState processor : all) {
            Tree host = branch.add(
                    processor.host(),
                    heading(processor.version(), processor.at(), processor.running())
                            + perSecond("; ", processor.linesPerSecond(), "lines")
                            + "; " + Terminal.count(processor.lines(), "line") + " read, "
                            + Terminal.count(processor.dead(), "dead letter"));
            notes(host, processor.notes());
        }
    }

    private void shippers(Tree fleet) {
        List<FleetStatus.ShipperState> all = status.shippers();
        Tree branch = fleet.add(
                "Shippers",
                running(all.stream().filter(FleetStatus.ShipperState::running).count(), all.size()));
        for (FleetStatus.ShipperState shipper : all) {
            Tree host = branch.add(
                    shipper.host(),
                    heading(shipper.version(), shipper.at(), shipper.running())
                            + perSecond("; ", shipper.linesPerSecond(), "lines")
                            + "; " + Terminal.count(shipper.lagBytes(), "byte") + " and " + shipper.lagMs()
                            + " ms behind; " + Terminal.count(shipper.lines(), "line") + " sent, " + shipper.cut()
                            + " cut, " + shipper.refused() + " refused, sent again "
                            + Terminal.count(shipper.resent(), "time"));
            notes(host, shipper.notes());
            for (HostRecord.ShippedFile file : shipper.files()) {
                host.add(file.path(), position(file));
            }
            if (shipper.fileCount() > shipper.files().size()) {
                host.add("and " + (shipper.fileCount() - shipper.files().size()) + " more");
            }
            if (shipper.journals() > 0) {
                host.add(Terminal.count(shipper.journals(), "journal"));
            }
            if (shipper.missing() > 0) {
                host.add("no file yet for " + Terminal.count(shipper.missing(), "log path"));
            }
        }
    }

    /** How far a file is shipped. */
    static String position(HostRecord.ShippedFile file) {
        return "byte " + file.position() + " of " + file.size();
    }

    private void enforcers(Tree fleet) {
        List<FleetStatus.EnforcerState> all = status.enforcers();
        Tree branch = fleet.add(
                "Enforcers",
                running(all.stream().filter(FleetStatus.EnforcerState::running).count(), all.size()) + "; on "
                        + all.stream()
                                .filter(FleetStatus.EnforcerState::holdsAll)
                                .count()
                        + " every ban holds");
        for (FleetStatus.EnforcerState enforcer : all) {
            Tree host = branch.add(
                    enforcer.host(),
                    heading(enforcer.version(), enforcer.at(), enforcer.running())
                            + (enforcer.firewall() == null ? "" : "; " + enforcer.firewall())
                            + "; " + enforcer.inForce() + " of "
                            + Terminal.count(enforcer.bans(), "ban") + " in force"
                            + (enforcer.following() ? "" : ", those of its last run")
                            + "; " + Terminal.count(enforcer.behind(), "record") + " behind"
                            + (enforcer.drift() == 0
                                    ? ""
                                    : "; firewall put right " + Terminal.count(enforcer.drift(), "time")));
            notes(host, enforcer.notes());
            refused(host, enforcer.refused(), enforcer.refusedCount());
        }
    }

    /** The bans that do not hold on a host. */
    static void refused(Tree host, List<HostRecord.RefusedBan> refused, long count) {
        for (HostRecord.RefusedBan ban : refused) {
            host.add("not in force: " + ban.ban(), ban.reason() + ", " + ban.detail());
        }
        if (count > refused.size()) {
            host.add("not in force: " + (count - refused.size()) + " more");
        }
    }

    private static void notes(Tree host, List<String> notes) {
        notes.forEach(note -> host.add("note", note));
    }

    private static String running(long running, int all) {
        return running + " of " + all + " running";
    }

    private String heading(String version, Instant at, boolean running) {
        Duration age = Duration.between(at, status.at());
        String time = DurationText.of(age.isNegative() ? Duration.ZERO : age);
        return version + ", " + (running ? time + " ago" : "silent for " + time);
    }

    /** A rate where it is known, else nothing. */
    static String perSecond(String before, @Nullable Double rate, String what) {
        return rate == null ? "" : before + String.format(Locale.ROOT, "%.1f %s/s", rate, what);
    }
}
