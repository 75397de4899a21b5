package org.fleetban.processor;

/** Names of the topology's nodes and stores: part of the state's identity, so they never change. */
final class Nodes {

    static final String LINES = "lines";
    static final String FILTER = "filter";
    static final String TO_FAILURES = "filter-to-failures";
    static final String SESSIONS = "filter-sessions";
    static final String LINE_COMMITS = "line-commits";
    static final String LINES_TO_DEAD = "filter-to-dead-letters";

    static final String FAILURES = "failures";
    static final String COMMANDS = "commands";
    static final String JAIL = "jail";
    static final String TO_BANS = "jail-to-bans";
    static final String TO_EVENTS = "jail-to-events";
    static final String BANS_TO_FAILURES = "jail-to-failures";
    static final String TO_COMMANDS = "jail-to-commands";
    static final String JAIL_TO_DEAD = "jail-to-dead-letters";
    static final String COMMITS = "commits";
    static final String OFFENDERS = "offenders";

    static final String HOSTS = "hosts";
    static final String FLEET = "fleet";
    static final String HOST_RECORDS = "host-records";

    private Nodes() {}
}
