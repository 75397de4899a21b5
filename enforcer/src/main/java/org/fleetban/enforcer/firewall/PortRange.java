package org.fleetban.enforcer.firewall;

/**
 * Ports from first to last, both included.
 *
 * @param first 0 to 65535
 * @param last not less than {@code first}, at most 65535
 */
record PortRange(int first, int last) implements Comparable<PortRange> {

    static final int MAX_PORT = 65535;

    PortRange {
        if (first < 0 || last > MAX_PORT || first > last) {
            throw new IllegalArgumentException("port range " + first + ":" + last + ": expected 0 to " + MAX_PORT);
        }
    }

    boolean isSingle() {
        return first == last;
    }

    String text(char separator) {
        return isSingle() ? Integer.toString(first) : first + String.valueOf(separator) + last;
    }

    @Override
    public int compareTo(PortRange other) {
        return first != other.first ? Integer.compare(first, other.first) : Integer.compare(last, other.last);
    }
}
