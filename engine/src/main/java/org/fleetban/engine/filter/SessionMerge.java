package org.fleetban.engine.filter;

import java.util.List;

/**
 * Merges a matching line into its session.
 *
 * <p>{@code F-NOFAIL} says that the line itself is no failure, {@code F-MLFGAINED} that the login succeeded and takes the
 * pending failures back, {@code F-MLFFORGET} that the session ends. A pending failure, or a second user, weighs more than
 * either: then the line counts.
 */
final class SessionMerge {

    private SessionMerge() {}

    /**
     * Merges.
     *
     * @param groups of the line; the session may keep them
     * @param lines the line itself, or those of a multi-line match
     * @param clock seconds since 1970 by the line's clock
     * @return the session as it is after the line; its group {@code nofail} says that the line is no failure
     */
    static Session merge(Sessions sessions, String sessionId, Groups groups, List<String> lines, long clock) {
        boolean gained = groups.isSet(Groups.GAINED);
        if (gained && !groups.isSet(Groups.NO_FAIL)) {
            groups.set(Groups.NO_FAIL, groups.at(Groups.GAINED));
        }
        boolean noFail = groups.isSet(Groups.NO_FAIL);
        boolean forget = groups.isSet(Groups.FORGET);
        groups.remove(Groups.FORGET);
        Session known = sessions.get(sessionId, clock);
        Session session = known != null ? known : new Session(groups, Sessions.expiry(clock));
        if (known != null) {
            continueSession(known, groups, gained);
        }
        if (known != null || !forget) {
            String user = groups.at(Groups.USER);
            if (user != null && !user.isEmpty()) {
                session.addUser(user);
            }
        }
        if (known != null && forget) {
            sessions.remove(sessionId);
        } else if (known == null && !forget) {
            sessions.put(sessionId, session, clock);
        }
        if (session.pending || session.users.size() > 1) {
            session.groups.remove(Groups.NO_FAIL);
            session.groups.remove(Groups.GAINED);
            noFail = false;
        }
        session.pending = false;
        if (!noFail) {
            if (!session.noFailMatches.isEmpty()) {
                session.matches.addAll(0, session.noFailMatches);
                session.noFailMatches.clear();
            }
            Session.addLines(session.matches, lines);
        } else if (!forget) {
            Session.addLines(session.noFailMatches, lines);
        }
        return session;
    }

    private static void continueSession(Session session, Groups groups, boolean gained) {
        boolean wasNoFail = session.groups.isSet(Groups.NO_FAIL);
        boolean wasGained = session.groups.isSet(Groups.GAINED);
        session.groups.remove(Groups.NO_FAIL);
        session.groups.remove(Groups.GAINED);
        if (gained) {
            session.pending = false;
        }
        if (!wasNoFail && !wasGained && !session.pending) {
            // These lines are part of a failure that was reported.
            session.matches.clear();
        }
        session.groups.setAll(groups);
    }
}
