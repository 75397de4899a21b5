package org.fleetban.shipper;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files that are followed, under their keys and names, and those that were and may come back. */
final class FollowedFiles {

    /** What is remembered longest is forgotten first. */
    private static final int MAX_REMEMBERED = 5_000;

    private final Map<FileKey, FollowedFile> followed = new LinkedHashMap<>();
    private final Map<Path, FollowedFile> names = new HashMap<>();
    private final Map<FileKey, Checkpoint.Entry> remembered = new LinkedHashMap<>();
    private final Set<String> patterns = new TreeSet<>();

    void add(FollowedFile file) {
        followed.put(file.key(), file);
    }

    @Nullable
    FollowedFile byKey(FileKey key) {
        return followed.get(key);
    }

    boolean follows(FileKey key) {
        return followed.containsKey(key);
    }

    @Nullable
    FollowedFile byName(Path name) {
        return names.get(name);
    }

    /** A name under which changes of the file are reported. */
    void name(Path name, FollowedFile file) {
        names.put(name, file);
    }

    Collection<FollowedFile> all() {
        return followed.values();
    }

    /** The content is no longer in the file with this key. */
    void release(FollowedFile file) {
        followed.remove(file.key(), file);
    }

    /** Forgets the names of files that are no longer followed. */
    void forgetNames() {
        names.values().removeIf(file -> followed.get(file.key()) != file);
    }

    /** Gives the file up, but not what is known of it. */
    void remember(FollowedFile file) {
        release(file);
        if (file.hasIdentity()) {
            remember(entry(file, false));
        }
    }

    void remember(Checkpoint.Entry entry) {
        remembered.remove(entry.key());
        remembered.put(entry.key(), entry);
        if (remembered.size() > MAX_REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }

    boolean remembers(FileKey key) {
        return remembered.containsKey(key);
    }

    /** What is remembered of a file that is there again; it is then no longer remembered. */
    Checkpoint.@Nullable Entry recall(FileKey key) {
        return remembered.remove(key);
    }

    boolean knows(String pattern) {
        return patterns.contains(pattern);
    }

    /** Returns whether the pattern was not known before. */
    boolean learn(String pattern) {
        return patterns.add(pattern);
    }

    /** @param journals where each is followed from */
    Checkpoint checkpoint(long serial, Map<String, String> journals) {
        List<Checkpoint.Entry> entries = new ArrayList<>(followed.size() + remembered.size());
        entries.addAll(remembered.values());
        for (FollowedFile file : followed.values()) {
            entries.add(entry(file, true));
        }
        return new Checkpoint(serial, new TreeSet<>(patterns), Map.copyOf(journals), entries);
    }

    private static Checkpoint.Entry entry(FollowedFile file, boolean followed) {
        return new Checkpoint.Entry(
                new String(file.identity(), StandardCharsets.US_ASCII),
                file.key(),
                file.fingerprint(),
                file.delivered(),
                followed,
                file.path());
    }
}
