package org.fleetban.enforcer.firewall;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

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

    /**
     * Starts a command that reads line by line and stays.
     *
     * @param command the program and its arguments
     * @throws FirewallException if it cannot be started
     */
    Conversation converse(List<String> command) throws FirewallException;

    /** The same with more time for each command: for answers that grow with the number of entries. */
    default CommandRunner patient() {
        return this;
    }

    /** Whether a program is installed. */
    boolean has(String program);

    /** A command that stays. */
    interface Conversation extends AutoCloseable {

        /**
         * Feeds lines and reads the answer.
         *
         * @param input lines, the last of which makes the command say something
         * @param last whether a line is what the last one is answered with
         * @return the lines before that one
         * @throws FirewallException if the command ended, or did not answer in time; the conversation is over then
         */
        List<String> ask(String input, Predicate<String> last) throws FirewallException;

        /** Ends the command. */
        @Override
        void close();
    }

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
