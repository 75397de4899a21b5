package org.fleetban.app.fleet;

import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import org.fleetban.protocol.HostRecord;
import org.fleetban.protocol.JailSummary;
import org.fleetban.protocol.Scope;

/** {@link JailStatus} for people: first what {@code fail2ban-client status JAIL} prints, then the hosts. */
public final class JailStatusText {

    private final JailStatus status;
    private final ZoneId zone;

    /**
     * @param status to be printed
     * @param zone of the times
     */
    public JailStatusText(JailStatus status, ZoneId zone) {
        this.status = status;
        this.zone = zone;
    }

    /** Prints it. */
    public void print(PrintStream out) {
        JailSummary rules = status.rules();
        Tree jail = new Tree("Status for the jail: " + status.jail());
        Tree filter = jail.add("Filter");
        filter.add("Currently failed", Long.toString(status.currentlyFailed()));
        filter.add("Total failed", Long.toString(status.totalFailed()));
        if (rules != null && !rules.journal().isEmpty()) {
            filter.add("Journal matches", String.join(" ", rules.journal()));
        } else {
            filter.add("File list", String.join(" ", status.files()));
        }
        Tree actions = jail.add("Actions");
        actions.add("Currently banned", Long.toString(status.currentlyBanned()));
        actions.add("Total banned", Long.toString(status.totalBanned()));
        actions.add("Banned IP list", String.join(" ", status.banned()));
        jail.print(out);
        out.print('\n');
        fleet().print(out);
    }

    private Tree fleet() {
        JailSummary rules = status.rules();
        Tree fleet = new Tree("Fleet");
        fleet.add("Rules", rules == null ? "no processor reports this jail" : words(rules));
        if (!status.allFailures()) {
            fleet.add(
                    "Currently failed",
                    "at least: there were too many failures since " + Terminal.time(status.failedSince(), zone)
                            + " to look at all");
        }
        String rates = FleetStatusText.perSecond("", status.failuresPerSecond(), "failures")
                + FleetStatusText.perSecond(", ", status.bansPerSecond(), "bans");
        if (!rates.isEmpty()) {
            fleet.add("Rates", rates);
        }
        Tree hosts = fleet.add("Hosts", Integer.toString(status.hosts().size()));
        for (JailStatus.HostOfJail host : status.hosts()) {
            Tree branch = hosts.add(
                    host.host(),
                    Terminal.count(host.packets(), "packet") + ", " + Terminal.count(host.bytes(), "byte")
                            + " refused");
            for (HostRecord.ShippedFile file : host.files()) {
                branch.add(file.path(), FleetStatusText.position(file));
            }
            FleetStatusText.refused(branch, host.refused(), host.refused().size());
        }
        return fleet;
    }

    private static String words(JailSummary rules) {
        return Terminal.count(rules.maxRetry(), "failure") + " within "
                + DurationText.of(Duration.ofSeconds(rules.findTime()))
                + (rules.scope() == Scope.FLEET ? " on all hosts together" : " on one host") + ": a ban "
                + (rules.banTime() < 0 ? "for ever" : "for " + DurationText.of(Duration.ofSeconds(rules.banTime())))
                + (rules.scope() == Scope.FLEET ? " on all hosts" : " on that host");
    }
}
