package org.fleetban.enforcer.firewall;

import java.util.List;
import org.fleetban.protocol.Family;

/** Removes what one kind of firewall of ours made, whichever is in use now. A tool that is not installed left nothing. */
final class Remains {

    private final CommandRunner commands;
    private final FirewallSettings settings;

    Remains(CommandRunner commands, FirewallSettings settings) {
        this.commands = commands;
        this.settings = settings;
    }

    /** The table that is ours alone. */
    static String table(FirewallSettings settings) {
        return "inet " + settings.prefix() + "-block";
    }

    /** Removes the table of nftables. */
    void ofNftables() throws FirewallException {
        if (commands.has("nft")) {
            String table = table(settings);
            CommandRunner.Result result =
                    commands.feed(List.of("nft", "-f", "-"), "add table " + table + "\ndelete table " + table + '\n');
            if (!result.ok()) {
                throw new FirewallException("nft delete table " + table + ": " + result.said());
            }
        }
    }

    /** Removes the jumps to the main chain, and all chains of ours. */
    void ofIptables() throws FirewallException {
        for (Family family : Family.values()) {
            Xtables tables = new Xtables(commands, family, settings);
            if (tables.isInstalled()) {
                tables.remove();
                tables.removeChains(settings.prefix() + '-');
            }
        }
    }

    /** Removes the chains of groups, and leaves the main chain. */
    void ofGroupChains() throws FirewallException {
        for (Family family : Family.values()) {
            Xtables tables = new Xtables(commands, family, settings);
            if (tables.isInstalled()) {
                tables.removeChainsBeside(settings.prefix() + '-', tables.mainChain());
            }
        }
    }

    /** Removes the sets of ipset. */
    void ofIpset() throws FirewallException {
        if (commands.has("ipset")) {
            new Ipset(commands, settings.prefix() + '-').removeAll();
        }
    }
}
