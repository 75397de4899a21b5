package org.fleetban.enforcer.firewall;

import java.util.Set;
import java.util.SortedSet;
import org.fleetban.protocol.Family;

/**
 * One kind of firewall on this host. Touches nothing but what carries the configured prefix. Used by one thread.
 *
 * <p>Every method throws {@link FirewallException} when the host's tools refuse; what was changed until then stays, and
 * {@link #read} tells.
 */
public interface Firewall extends AutoCloseable {

    /** Which firewall this is, with versions, for people. */
    String description();

    /** The address families that it serves; a ban of another cannot be enforced here. */
    Set<Family> families();

    /** Whether the kernel itself ends an entry when its time is over; otherwise the caller has to remove it in time. */
    boolean endsEntries();

    /**
     * All our entries in the kernel, and how the layout for these groups stands. Costs time in proportion to the
     * number of entries.
     */
    Holdings read(SortedSet<Group> groups) throws FirewallException;

    /** How the layout for these groups stands, as far as it can be told without listing entries. */
    Audit audit(SortedSet<Group> groups) throws FirewallException;

    /**
     * Applies a batch, and lays out whatever is missing for its groups. What stands already as wanted is not written
     * again, so that no packet meets a moment without rules.
     */
    void apply(Change change) throws FirewallException;

    /**
     * Takes away what other kinds of firewall of ours left on this host. To be called once this one holds every ban, so
     * that a change of the kind opens nothing and leaves nothing behind.
     */
    void supersede() throws FirewallException;

    /** Takes everything of ours away. */
    void remove() throws FirewallException;

    /** Ends what was started for quicker answers. Every rule stays, and the firewall may be used again. */
    @Override
    default void close() {}
}
