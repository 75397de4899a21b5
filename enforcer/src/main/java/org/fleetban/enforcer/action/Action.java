package org.fleetban.enforcer.action;

import java.util.Map;
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

    public Action {
        inet = Map.copyOf(inet);
        inet6 = Map.copyOf(inet6);
    }

    /** For messages and for what is kept on disk. */
    String id() {
        return jail + '/' + name;
    }

    /** The command of an option; null: there is none. */
    @Nullable
    String command(String option, @Nullable Family family) {
        String command = (family == Family.INET6 ? inet6 : inet).get(option);
        return command == null || command.isBlank() ? null : command;
    }
}
