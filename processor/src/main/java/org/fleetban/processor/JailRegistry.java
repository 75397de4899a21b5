package org.fleetban.processor;

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

    private volatile Jails jails;
    private volatile Map<String, IgnoreList> ignoreLists = Map.of();

    /** @param jails to begin with */
    public JailRegistry(Collection<Jail> jails) {
        this.jails = new Jails(jails);
        refreshIgnoreLists(IgnoreFiles.ONLY);
    }

    /**
     * Puts other jails in force. Counts and bans of a jail that stays, by name, are kept; so are the sessions of a filter
     * that stays the same object.
     */
    public synchronized void replace(Collection<Jail> next) {
        jails = new Jails(next);
        refreshIgnoreLists(IgnoreFiles.ONLY);
    }

    /** Compiles the ignore lists anew; takes as long as the sources take. */
    synchronized void refreshIgnoreLists(IgnoreList.Sources sources) {
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
