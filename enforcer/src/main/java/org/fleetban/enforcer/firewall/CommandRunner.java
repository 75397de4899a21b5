package org.fleetban.enforcer.firewall;

import java.util.List;
import java.util.function.Consumer;

/** Runs the host's firewall tools. There is never a shell in between. */
public interface CommandRunner {

    /**
     * Runs a command that answers.
     *
     * @param command the program and its arguments
     * @param lines receives each line of its output as it comes
     * @return how it ended
     * @throws FirewallException if it cannot be started, or does not end in time
     */
    Result query(List<String> command, Consumer<String> lines) throws FirewallException;

    /**
     * Runs a command that is fed.
     *
     * @param command the program and its arguments
     * @param input all that it reads from standard input
     * @return how it ended
     * @throws FirewallException if it cannot be started, or does not end in time
     */
    Result feed(List<String> command, String input) throws FirewallException;

    /** Whether a program is installed. */
    boolean has(String program);

    /**
     * How a command ended.
     *
     * @param status its exit status, 0 for success
     * @param said what it wrote beside its answer, in one line, shortened
     */
    record Result(int status, String said) {

        /** Whether it succeeded. */
        public boolean ok() {
            return status == 0;
        }
    }
}
