package org.fleetban.enforcer.firewall;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.fleetban.protocol.Family;

/**
 * One kind of firewall on this host. Touches nothing but what carries the configured prefix. Used by one thread at a
 * time, but for {@link #list} and {@link #audit}.
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

    /** Whether {@link #list} comes to an end however many entries are changed meanwhile. */
    default boolean listsBesideChanges() {
        return true;
    }

    /**
     * Tells all our entries in the kernel, and how the layout for these groups stands, which is what changes are based on
     * from then on. Costs time in proportion to the number of entries.
     */
    Audit read(SortedSet<Group> groups, Entries entries) throws FirewallException;

    /**
     * Tells all our entries and changes nothing. Another thread may call it beside changes: what is not changed meanwhile
     * is told as it is. It may fail for the reason that too much is changed.
     */
    void list(Entries entries) throws FirewallException;

    /**
     * How the layout for these groups stands, as far as it can be told without listing entries. Changes nothing, and another
     * thread may call it beside changes; faults that it tells then may be these changes.
     *
     * @param sample entries that should stand, to be looked for where the kernel does not tell sizes
     */
    Audit audit(SortedSet<Group> groups, Collection<Target> sample) throws FirewallException;

    /**
     * Applies a batch, and lays out whatever is missing for its groups. What stands already as wanted is not written
     * again, so that no packet meets a moment without rules.
     */
    void apply(Change change) throws FirewallException;

    /**
     * Adds entries to groups that are not laid out: no rule asks for them, so that no packet meets them until {@link #apply}
     * lays out their groups.
     *
     * @return whether this kind can; if not, nothing was done
     */
    default boolean prepare(List<Change.Addition> entries) throws FirewallException {
        return false;
    }

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
