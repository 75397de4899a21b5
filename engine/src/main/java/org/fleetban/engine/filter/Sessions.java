package org.fleetban.engine.filter;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open sessions of one source, oldest first. fail2ban keeps 100 for five minutes each, by the wall clock; these go by
 * the clock of the lines, so that a replay forgets the same ones.
 */
final class Sessions {

    private static final int MOST = 100;
    private static final long SECONDS = 5 * 60;

    private final Map<String, Session> sessions = new LinkedHashMap<>();

    @Nullable
    Session get(String id, long clock) {
        Session session = sessions.get(id);
        if (session != null && session.expires <= clock) {
            sessions.remove(id);
            return null;
        }
        return session;
    }

    /** When a session that begins now ends. */
    static long expiry(long clock) {
        return clock + SECONDS;
    }

    void put(String id, Session session, long clock) {
        Iterator<Session> oldest = sessions.values().iterator();
        boolean full = sessions.size() >= MOST;
        while (full && oldest.hasNext()) {
            boolean open = oldest.next().expires > clock;
            oldest.remove();
            full = !open || sessions.size() >= MOST;
        }
        sessions.put(id, session);
    }

    void remove(String id) {
        sessions.remove(id);
    }

    /** Forgets the older half of all evidence, or where there is none the older half of the sessions, if there are any. */
    boolean shorten() {
        boolean isShorter = false;
        for (Session session : sessions.values()) {
            isShorter |= session.halveEvidence();
        }
        if (isShorter || sessions.isEmpty()) {
            return isShorter;
        }
        Iterator<Session> oldest = sessions.values().iterator();
        for (int left = (sessions.size() + 1) / 2; left > 0; left--) {
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(sessions.size());
        for (Map.Entry<String, Session> entry : sessions.entrySet()) {
            StateFormat.writeText(out, entry.getKey());
            entry.getValue().write(out);
        }
    }

    static Sessions read(DataInput in) throws IOException {
        Sessions read = new Sessions();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            read.sessions.put(StateFormat.readText(in), Session.read(in));
        }
        return read;
    }
}
