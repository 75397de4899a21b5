package org.fleetban.enforcer.firewall;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.fleetban.enforcer.firewall.CommandRunner.Conversation;
import org.jspecify.annotations.Nullable;

/**
 * Runs small batches through a process that stays, because starting one takes longer than all the rest: a single entry
 * takes 0.05 ms with ipset and 0.3 ms with nft, where a new process takes 3 to 30 ms. Whatever goes wrong here is left
 * to the caller's ordinary way, which says what it was; a batch may therefore be applied twice.
 */
final class KeptProcess {

    /** Larger batches are quicker in a process of their own, which sends many entries in one message. */
    private static final int MAX_LENGTH = 1 << 14;

    /** nft remembers every line. */
    private static final int MAX_BATCHES = 2_000;

    private static final int MAX_FAILURES = 5;

    private final CommandRunner commands;
    private final List<String> command;
    private final UnaryOperator<String> question;
    private final Predicate<String> answer;

    private @Nullable Conversation conversation;
    private int batches;
    private int failures;

    /**
     * @param command the process
     * @param question makes, from the last line of a batch, a line that is answered without changing anything; empty: the
     *     batch cannot be run here
     * @param answer recognises the answer
     */
    KeptProcess(
            CommandRunner commands, List<String> command, UnaryOperator<String> question, Predicate<String> answer) {
        this.commands = commands;
        this.command = command;
        this.question = question;
        this.answer = answer;
    }

    /** Runs lines; false if that must be done in another way. */
    boolean run(String lines) {
        if (lines.length() > MAX_LENGTH || failures >= MAX_FAILURES) {
            return false;
        }
        String last = question.apply(lines.strip().substring(lines.strip().lastIndexOf('\n') + 1));
        if (last.isEmpty()) {
            return false;
        }
        if (++batches > MAX_BATCHES) {
            close();
        }
        try {
            Conversation current = conversation;
            if (current == null) {
                current = commands.converse(command);
                conversation = current;
                batches = 1;
            }
            String input = lines.endsWith("\n") ? lines : lines + '\n';
            if (current.ask(input + last + '\n', answer).isEmpty()) {
                failures = 0;
                return true;
            }
        } catch (FirewallException e) {
            failures++;
        }
        close();
        return false;
    }

    void close() {
        if (conversation != null) {
            conversation.close();
            conversation = null;
        }
    }
}
