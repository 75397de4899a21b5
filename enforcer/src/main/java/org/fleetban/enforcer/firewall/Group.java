package org.fleetban.enforcer.firewall;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Bans that one rule enforces: those of one jail that close the same ports. A back-end keeps one set or chain of each.
 *
 * <p>The name is derived from the jail's name and the ports alone, so that a new process finds what an old one made.
 * It is at most 23 letters, digits and dashes: whatever a jail is called, no character of it that means something to a
 * firewall tool gets through, and two groups never share a name.
 */
public final class Group implements Comparable<Group> {

    private static final int MAX_WORD = 14;

    private final String jail;
    private final Ports ports;
    private final String name;

    Group(String jail, Ports ports) {
        this.jail = jail;
        this.ports = ports;
        this.name = word(jail) + '-' + Digest.of(jail + '\0' + ports.protocols() + '\0' + ports.ranges());
    }

    /**
     * The group of a ban.
     *
     * @param jail any text
     * @param ports fail2ban's form, null for all
     * @param protocol fail2ban's form, null for all
     * @throws IllegalArgumentException if ports or protocol are of another form; the message says what was expected
     */
    public static Group of(String jail, @Nullable String ports, @Nullable String protocol, Services services) {
        return new Group(jail, Ports.parse(ports, protocol, services));
    }

    public String jail() {
        return jail;
    }

    Ports ports() {
        return ports;
    }

    /** The name of what a back-end keeps for this group, without the prefix that marks it as ours. */
    public String name() {
        return name;
    }

    @Override
    public int compareTo(Group other) {
        return name.compareTo(other.name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Group group && name.equals(group.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    private static String word(String jail) {
        String word =
                jail.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return word.isEmpty() ? "jail" : word.substring(0, Math.min(MAX_WORD, word.length()));
    }
}
