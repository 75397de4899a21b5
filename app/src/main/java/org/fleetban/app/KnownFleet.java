package org.fleetban.app;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.fleetban.app.fleet.Component;
import org.fleetban.app.fleet.DurationText;
import org.fleetban.app.fleet.Rules;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.protocol.FleetView;
import org.fleetban.protocol.JailSummary;
import org.fleetban.protocol.Scope;
import org.jspecify.annotations.Nullable;

/** What is known of the fleet before a command is given: what is clearly wrong is refused, and never sent. */
final class KnownFleet {

    private static final int MAX_ID_BYTES = 1_000;
    private static final int MAX_REASON = 1_000;

    private final Map<String, JailSummary> jails;
    private final Set<String> enforcing;
    private final List<Component> processors;

    /** @param hosts what the components report */
    KnownFleet(Map<String, FleetView.Reports> hosts, Instant now) {
        this.processors = Component.all(hosts, "processor", now);
        this.jails = Rules.of(processors);
        this.enforcing = Component.all(hosts, "enforcer", now).stream()
                .map(enforcer -> enforcer.reports().latest().host())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * A jail by name; nothing where no processor has ever reported its jails.
     *
     * @throws UserException if there are jails, and this is none of them
     */
    Optional<JailSummary> jail(String name) {
        if (name.isBlank() || name.indexOf('|') >= 0) {
            throw new UserException("'" + name + "' is no name of a jail");
        }
        JailSummary jail = jails.get(name);
        if (jail == null && !jails.isEmpty()) {
            throw new UserException(
                    "the jail '" + name + "' does not run; these do: " + String.join(", ", jails.keySet()));
        }
        return Optional.ofNullable(jail);
    }

    /** Whether a jail runs. */
    boolean runs(String jail) {
        return jails.containsKey(jail);
    }

    /**
     * An offender in canonical form.
     *
     * @param jail that is to ban it, or null for all
     * @throws UserException if it can't be one, or an address is expected
     */
    String offender(String text, @Nullable JailSummary jail) {
        String id = text.strip();
        IpRange range = IpRange.parse(id);
        if (range != null) {
            return range.toText();
        }
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_ID_BYTES) {
            throw new UserException("an offender of " + bytes + " bytes; expected 1 to " + MAX_ID_BYTES);
        }
        boolean addresses = jail == null ? jails.values().stream().allMatch(JailSummary::addresses) : jail.addresses();
        if (addresses) {
            throw new UserException("'" + id + "' is no address or network"
                    + (jail == null ? "" : ", and those are what the jail '" + jail.jail() + "' bans")
                    + "; expected one such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/64");
        }
        return id;
    }

    /**
     * The host that a ban is for.
     *
     * @throws UserException if the jail needs one, or has none, or it is not known
     */
    @Nullable
    String hostOf(JailSummary jail, @Nullable String host) {
        if (jail.scope() == Scope.FLEET && host != null) {
            throw new UserException("the jail '" + jail.jail() + "' bans on all hosts, not on one: leave out --host");
        }
        if (jail.scope() == Scope.HOST && host == null) {
            throw new UserException("the jail '" + jail.jail() + "' bans on single hosts: name one with --host");
        }
        return host == null ? null : host(host);
    }

    /**
     * A host with an enforcer.
     *
     * @throws UserException if enforcers are known, and none is there
     */
    String host(String name) {
        if (!enforcing.isEmpty() && !enforcing.contains(name)) {
            throw new UserException(
                    "no enforcer reports from the host '" + name + "'; these do: " + String.join(", ", enforcing));
        }
        return name;
    }

    /** Words of a reason, short enough for a record. */
    static @Nullable String reason(@Nullable String words) {
        if (words != null && words.length() > MAX_REASON) {
            throw new UserException(
                    "a reason of " + words.length() + " characters; expected " + MAX_REASON + " at most");
        }
        return words;
    }

    /** That a command is stored and nobody has answered, and why. */
    String unanswered() {
        String rest = "the command is stored, and takes effect as soon as a processor runs";
        if (processors.isEmpty()) {
            return "no processor has ever reported: " + rest;
        }
        if (processors.stream().noneMatch(Component::isRunning)) {
            Duration age = processors.stream()
                    .map(Component::age)
                    .min(Duration::compareTo)
                    .orElse(Duration.ZERO);
            return "no processor runs, the last was heard " + DurationText.of(age) + " ago: " + rest;
        }
        return "the processors have not answered yet: the command is stored, 'fleetban why' tells what becomes of it";
    }
}
