package org.fleetban.app.fleet;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A list of lists in the layout of {@code fail2ban-client status}, which other programs read. */
final class Tree {

    private final String text;
    private final List<Tree> branches = new ArrayList<>();

    /** @param text the heading; may hold anything */
    Tree(String text) {
        this.text = Terminal.escape(text);
    }

    private Tree(String label, String value) {
        this.text = Terminal.escape(label) + ":\t" + Terminal.escape(value);
    }

    /** Adds a branch with a heading alone. */
    Tree add(String heading) {
        return added(new Tree(heading));
    }

    /** Adds a branch of the form {@code label:<tab>value}. */
    Tree add(String label, String value) {
        return added(new Tree(label, value));
    }

    private Tree added(Tree branch) {
        branches.add(branch);
        return branch;
    }

    /** Prints heading and branches. */
    void print(PrintStream out) {
        out.print(text + '\n');
        printBranches(out, "");
    }

    private void printBranches(PrintStream out, String indent) {
        for (int i = 0; i < branches.size(); i++) {
            Tree branch = branches.get(i);
            boolean last = i == branches.size() - 1;
            out.print(indent + (last ? "`- " : "|- ") + branch.text + '\n');
            branch.printBranches(out, indent + (last ? "   " : "|  "));
        }
    }
}
