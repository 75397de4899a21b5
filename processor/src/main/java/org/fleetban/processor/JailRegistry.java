package org.fleetban.processor;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.fleetban.engine.jail.IgnoreList;
import org.jspecify.annotations.Nullable;

/**
 * The jails in force, and their ignore lists. Both may be replaced while lines flow: every line is judged by one
 * consistent set. Thread-safe.
 */
public final class JailRegistry {

    private final IgnoreSources sources;
    private volatile Jails jails;
    private volatile Map<String, IgnoreList> ignoreLists = Map.of();

    /** @param jails to begin with */
    public JailRegistry(Collection<Jail> jails) {
        this(jails, InetAddress::getAllByName);
    }

    JailRegistry(Collection<Jail> jails, IgnoreSources.Resolver resolver) {
        this.jails = new Jails(jails);
        this.sources = new IgnoreSources(resolver);
        compileIgnoreLists();
    }

    /**
     * Puts other jails in force. Counts and bans of a jail that stays, by name, are kept, and so is what its filter
     * remembers of its sources.
     */
    public synchronized void replace(Collection<Jail> next) {
        jails = new Jails(next);
        compileIgnoreLists();
    }

    /** Looks up the names of the ignore lists, and reads their files again; takes as long as the name servers take. */
    void refreshIgnoreLists() {
        sources.resolve();
        compileIgnoreLists();
    }

    private synchronized void compileIgnoreLists() {
        Map<String, IgnoreList> next = new HashMap<>();
        for (Jail jail : jails.all()) {
            next.put(jail.name(), IgnoreList.compile(jail.definition().ignoreIp(), sources));
        }
        ignoreLists = Map.copyOf(next);
    }

    Jails jails() {
        return jails;
    }

    @Nullable
    IgnoreList ignoreList(String jail) {
        return ignoreLists.get(jail);
    }
}
