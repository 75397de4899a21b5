package org.fleetban.app.fleet;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.protocol.BanEvent;
import org.fleetban.protocol.CommandRecord;
import org.fleetban.protocol.Evidence;
import org.fleetban.protocol.FailureRecord;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Up to which log time the failures of each offender are settled, told from the events: they belong to a decision, or an
 * operator has forgiven them, and count no more. The jail's own state says the same; this is known without a processor.
 */
final class Settlements {

    /**
     * Whom a jail counts against.
     *
     * @param host in a host-scoped jail, else null
     */
    record Offender(String jail, String id, @Nullable String host) {}

    /** Who decides where no operator does. */
    static final String RULES = "fleetban";

    private final Map<Offender, Instant> settled = new HashMap<>();

    private final List<CommandRecord> unbans;

    /**
     * @param events all that concern the failures
     * @param commands the same; an unban is an event only where it lifted a ban, and forgives everywhere
     */
    Settlements(List<BanEvent> events, List<CommandRecord> commands) {
        this.unbans = commands.stream()
                .filter(command -> command.type() == CommandRecord.Type.UNBAN)
                .toList();
        for (BanEvent event : events) {
            Offender offender = new Offender(event.jail(), event.id(), event.host());
            settled.merge(offender, settledBy(event), (a, b) -> a.isAfter(b) ? a : b);
        }
    }

    private static Instant settledBy(BanEvent event) {
        if (!event.by().equals(RULES)) {
            return event.at();
        }
        if (event.type() == BanEvent.Type.UNBAN) {
            return Instant.MIN;
        }
        List<Evidence> lines = event.evidence();
        return lines.isEmpty() ? event.since() : lines.get(lines.size() - 1).time();
    }

    /** Whether a failure still counts, its time apart. */
    boolean isOpen(FailureRecord failure, Scope scope) {
        Offender offender = offenderOf(failure, scope);
        return failure.time().isAfter(settled.getOrDefault(offender, Instant.MIN))
                && unbans.stream().noneMatch(unban -> !failure.time().isAfter(unban.at()) && forgives(unban, offender));
    }

    private static boolean forgives(CommandRecord unban, Offender offender) {
        if (unban.jail() != null && !unban.jail().equals(offender.jail())
                || unban.host() != null && !unban.host().equals(offender.host())) {
            return false;
        }
        String whom = unban.id();
        if (whom == null || whom.equals(offender.id())) {
            return true;
        }
        IpRange network = IpRange.parse(whom);
        IpRange range = network == null ? null : IpRange.parse(offender.id());
        return network != null && range != null && network.contains(range);
    }

    /** Whom a jail of that scope counts a failure against. */
    static Offender offenderOf(FailureRecord failure, Scope scope) {
        return new Offender(failure.jail(), failure.id(), scope == Scope.HOST ? failure.host() : null);
    }
}
