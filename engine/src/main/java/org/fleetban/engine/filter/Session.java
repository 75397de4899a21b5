package org.fleetban.engine.filter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is known of one connection ({@code F-MLFID}) from its lines so far: the merged groups, the users it tried, the lines
 * that will be evidence.
 */
final class Session {

    /** An attacker decides how many lines a connection makes and how long they are: more is not evidence. */
    private static final int MOST_LINES = 100;

    private static final int MOST_USERS = 100;
    private static final int LONGEST_LINE = 4096;

    final Groups groups;
    final List<String> users = new ArrayList<>(1);
    final List<String> matches = new ArrayList<>(2);
    final List<String> noFailMatches = new ArrayList<>(2);
    boolean pending;
    final long expires;

    Session(Groups groups, long expires) {
        this.groups = groups;
        this.expires = expires;
    }

    void addUser(String user) {
        if (users.size() < MOST_USERS && !users.contains(user)) {
            users.add(user);
        }
    }

    static void addLines(List<String> to, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            to.add(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line);
        }
        if (to.size() > MOST_LINES) {
            to.subList(0, to.size() - MOST_LINES).clear();
        }
    }

    /** Forgets the older half of the evidence; returns whether there was any. */
    boolean halveEvidence() {
        boolean any = !matches.isEmpty() || !noFailMatches.isEmpty();
        matches.subList(0, (matches.size() + 1) / 2).clear();
        noFailMatches.subList(0, (noFailMatches.size() + 1) / 2).clear();
        return any;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(expires);
        out.writeBoolean(pending);
        out.writeInt(groups.size());
        for (Map.Entry<String, String> group : groups.entrySet()) {
            StateFormat.writeText(out, group.getKey());
            StateFormat.writeText(out, group.getValue());
        }
        StateFormat.writeTexts(out, users);
        StateFormat.writeTexts(out, matches);
        StateFormat.writeTexts(out, noFailMatches);
    }

    static Session read(DataInput in) throws IOException {
        long expires = in.readLong();
        boolean pending = in.readBoolean();
        int size = in.readInt();
        Groups groups = new Groups();
        for (int i = 0; i < size; i++) {
            groups.put(StateFormat.readText(in), StateFormat.readText(in));
        }
        Session session = new Session(groups, expires);
        session.pending = pending;
        session.users.addAll(StateFormat.readTexts(in));
        session.matches.addAll(StateFormat.readTexts(in));
        session.noFailMatches.addAll(StateFormat.readTexts(in));
        return session;
    }
}
