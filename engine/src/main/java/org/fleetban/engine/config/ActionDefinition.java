package org.fleetban.engine.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a jail's {@code action}.
 *
 * @param name unique within the jail ({@code actname}; the file's name where it is not given)
 * @param file the name of its file in {@code action.d/}, such as {@code iptables-multiport}
 * @param commands {@code actionban}, {@code actionunban} and so on: tags of fixed value replaced, tags of a ban
 *     ({@code <ip>}, {@code <matches>}) and those that depend on the address family still in place
 * @param parameters what the tags stand for, as written: parameters of the jail first, then the file's {@code [Init]};
 *     {@code option?family=inet6} holds for one family only
 */
public record ActionDefinition(String name, String file, Map<String, String> commands, Map<String, String> parameters) {

    /** Log lines: never anything but the ban's own. */
    private static final Set<String> TEXT_OF_A_BAN = Set.of("matches", "ipmatches", "ipjailmatches");

    /** The options of an action that are not mere variables. */
    static final List<String> OPTIONS = List.of(
            "actionstart",
            "actionstart_on_demand",
            "actionstop",
            "actionflush",
            "actionreload",
            "actioncheck",
            "actionrepair",
            "actionrepair_on_unban",
            "actionban",
            "actionprolong",
            "actionreban",
            "actionunban",
            "norestored");

    public ActionDefinition {
        commands = Collections.unmodifiableMap(new LinkedHashMap<>(commands));
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Whether it is one of fail2ban's stock firewalls, whose work the enforcers do themselves. */
    public boolean isFirewall() {
        return Firewall.isKnown(file);
    }

    /**
     * The command of that name for bans of one address family: what is left in it are tags of the ban.
     *
     * @param option such as {@code actionban}
     * @param family {@code inet4} or {@code inet6}
     * @throws ConfigException if tags refer to each other without end
     */
    public @Nullable String command(String option, String family) throws ConfigException {
        Map<String, Value> all = new LinkedHashMap<>();
        parameters.forEach((name, text) -> all.put(name, new Value(text, null)));
        commands.forEach((name, text) -> all.put(name, new Value(text, null)));
        Value command = new Tags(all, TEXT_OF_A_BAN, "family=" + family, tag -> null)
                .resolve()
                .get(option);
        return command == null || command.text().isBlank() ? null : command.text();
    }

    /** The command of that name, such as {@code actionban}; null where there is none or it is empty. */
    public @Nullable String command(String option) {
        String command = commands.get(option);
        return command == null || command.isBlank() ? null : command;
    }
}
