package org.fleetban.app;

/** Exit codes of the command. */
final class ExitCode {

    /** All went well. */
    static final int OK = 0;

    /** Something failed that the caller could not have known: Kafka unreachable, a bug. */
    static final int FAILURE = 1;

    /** A wrong option, file or setting. */
    static final int USAGE = 2;

    private ExitCode() {}
}
