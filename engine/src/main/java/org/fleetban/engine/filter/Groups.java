package org.fleetban.engine.filter;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The named groups of a match with their texts. Those that mean something to a filter have places of their own, the others
 * are few and looked through: both takes less than a hash table to fill.
 */
final class Groups extends AbstractMap<String, String> {

    static final int SESSION = 0;
    static final int NO_FAIL = 1;
    static final int GAINED = 2;
    static final int FORGET = 3;
    static final int USER = 4;
    static final int ID = 5;
    static final int IP4 = 6;
    static final int IP6 = 7;
    static final int DNS = 8;
    static final int CIDR = 9;
    static final int CONTENT = 10;

    /** The names of the places. */
    private static final List<String> NAMES =
            List.of("mlfid", "nofail", "mlfgained", "mlfforget", "user", "fid", "ip4", "ip6", "dns", "cidr", "content");

    private static final String[] NONE = new String[0];

    private final @Nullable String[] known;

    /** Names and texts of other groups, in turn; only {@code used} of them. */
    private String[] others = NONE;

    private int used;
    private boolean frozen;

    Groups() {
        this(new String[NAMES.size()]);
    }

    private Groups(@Nullable String[] known) {
        this.known = known;
    }

    /** The place of a group; -1 if it has none. */
    static int place(String name) {
        return NAMES.indexOf(name);
    }

    /** What a group holds; null if it is not here. */
    @Nullable
    String at(int place) {
        return known[place];
    }

    /** Whether a group is here and not empty. */
    boolean isSet(int place) {
        String value = known[place];
        return value != null && !value.isEmpty();
    }

    /** What a group holds by its place, or by its name where that is -1; null if it is not here. */
    @Nullable
    String get(int place, String name) {
        return place >= 0 ? known[place] : other(name);
    }

    /** Sets a group by its place, or by its name where that is -1. */
    void set(int place, String name, String value) {
        if (place >= 0) {
            set(place, value);
        } else {
            setOther(name, value);
        }
    }

    void set(int place, @Nullable String value) {
        checkOpen();
        known[place] = value;
    }

    void remove(int place) {
        set(place, null);
    }

    void setOther(String name, String value) {
        checkOpen();
        for (int i = 0; i < used; i += 2) {
            if (others[i].equals(name)) {
                others[i + 1] = value;
                return;
            }
        }
        if (used == others.length) {
            others = Arrays.copyOf(others, 2 * used + 8);
        }
        others[used++] = name;
        others[used++] = value;
    }

    /** Sets all groups that others have. */
    void setAll(Groups groups) {
        checkOpen();
        for (int place = 0; place < known.length; place++) {
            if (groups.known[place] != null) {
                known[place] = groups.known[place];
            }
        }
        for (int i = 0; i < groups.used; i += 2) {
            setOther(groups.others[i], groups.others[i + 1]);
        }
    }

    /** These groups as they are now; nobody can change them. */
    Groups frozen() {
        Groups copy = new Groups(known.clone());
        copy.others = Arrays.copyOf(others, used);
        copy.used = used;
        copy.frozen = true;
        return copy;
    }

    boolean isFrozen() {
        return frozen;
    }

    private void checkOpen() {
        if (frozen) {
            throw new UnsupportedOperationException("these groups are part of a failure");
        }
    }

    @Override
    public @Nullable String get(@Nullable Object name) {
        return name instanceof String string ? get(place(string), string) : null;
    }

    private @Nullable String other(String name) {
        for (int i = 0; i < used; i += 2) {
            if (others[i].equals(name)) {
                return others[i + 1];
            }
        }
        return null;
    }

    @Override
    public @Nullable String put(String name, String value) {
        int place = place(name);
        String before = get(place, name);
        set(place, name, value);
        return before;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    /** In the order of the places; the others follow as they came. Made new for each call. */
    @Override
    public Set<Entry<String, String>> entrySet() {
        List<Entry<String, String>> entries = new ArrayList<>();
        for (int place = 0; place < known.length; place++) {
            String value = known[place];
            if (value != null) {
                entries.add(Map.entry(NAMES.get(place), value));
            }
        }
        for (int i = 0; i < used; i += 2) {
            entries.add(Map.entry(others[i], others[i + 1]));
        }
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, String>> iterator() {
                return entries.iterator();
            }

            @Override
            public int size() {
                return entries.size();
            }
        };
    }
}
