package org.fleetban.enforcer.action;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.fleetban.protocol.Family;
import org.jspecify.annotations.Nullable;

/**
 * What a jail does about a ban beside the firewall, by the commands of an action file of fail2ban.
 *
 * @param jail whose bans
 * @param name unique within the jail
 * @param inet commands for IPv4 and for whatever is no address, by option ({@code actionban} …); tags of a ban in place
 * @param inet6 the same for IPv6
 * @param norestored whether bans are left out that stood before
 */
public record Action(
        String jail, String name, Map<String, String> inet, Map<String, String> inet6, boolean norestored) {

    private static final List<String> DOING = List.of("actionstart", "actionban", "actionprolong");

    public Action {
        inet = Map.copyOf(inet);
        inet6 = Map.copyOf(inet6);
    }

    /** For messages and for what is kept on disk. */
    String id() {
        return jail + '/' + name;
    }

    /** Whether what this did for a ban is what the other would have done: they differ in how it is checked or undone at most. */
    boolean doesTheSame(Action other) {
        return jail.equals(other.jail)
                && name.equals(other.name)
                && norestored == other.norestored
                && DOING.stream()
                        .allMatch(option -> Objects.equals(inet.get(option), other.inet.get(option))
                                && Objects.equals(inet6.get(option), other.inet6.get(option)));
    }

    /** The command of an option; null: there is none. */
    @Nullable
    String command(String option, @Nullable Family family) {
        String command = (family == Family.INET6 ? inet6 : inet).get(option);
        return command == null || command.isBlank() ? null : command;
    }
}
