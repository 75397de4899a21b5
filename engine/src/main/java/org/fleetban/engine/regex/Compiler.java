package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.fleetban.engine.regex.Program.Op;

/**
 * Makes a {@link Program} of a tree. What makes it fast: a choice looks at the next character first and mostly has but one
 * way; a loop over one set of characters is one operation, which keeps no way back where what follows can't be in the set;
 * small counted loops are written out.
 */
final class Compiler {

    /** Loops are written out while the copies have together no more nodes than this. */
    private static final int MAX_COPIES = 300;

    /** The same where the program becomes a class: HotSpot wants small methods. */
    private static final int MAX_COPIES_IN_CLASS = 60;

    private final Assembler out = new Assembler();
    private final First first;
    private final UnaryOperator<CharSet> alphabet;
    private final int maxCopies;
    private final Width.Meter meter = new Width.Meter(group -> new Width(0, Width.INFINITE));

    /** Groups that take part exactly once in each match, and on which nothing depends meanwhile. */
    private final Set<Integer> plainGroups = new HashSet<>();

    /** Whether a choice fails the same way each time that it is made at the same place of a text. */
    private final boolean repeatable;

    private int registers;
    private int inRegisterLoops;

    private Compiler(Node root, UnaryOperator<CharSet> alphabet, int maxCopies) {
        this.maxCopies = maxCopies;
        this.alphabet = alphabet;
        this.first = new First(alphabet);
        Set<Integer> referenced = new HashSet<>();
        collectReferences(root, referenced);
        this.repeatable = referenced.isEmpty();
        collectPlainGroups(root);
        plainGroups.removeAll(referenced);
    }

    /**
     * Compiles a tree.
     *
     * @param alphabet how the sets of the tree read in the texts that are searched: only what is below 256 counts
     */
    static Program compile(Node tree, int groupCount, UnaryOperator<CharSet> alphabet) {
        return program(Foresight.of(Simplifier.simplify(tree)), groupCount, alphabet, MAX_COPIES);
    }

    /** Compiles a tree for {@link Translator}, for the texts that are searched without an alphabet. */
    static Program compileForClass(Node tree, int groupCount) {
        return program(Foresight.of(Simplifier.simplify(tree)), groupCount, set -> set, MAX_COPIES_IN_CLASS);
    }

    private static Program program(Node root, int groupCount, UnaryOperator<CharSet> alphabet, int maxCopies) {
        Compiler compiler = new Compiler(root, alphabet, maxCopies);
        compiler.emit(root, Ahead.ANYTHING);
        compiler.out.op(Op.MATCH);
        Ahead start = compiler.first.of(root, Ahead.ANYTHING);
        return compiler.out.program(compiler.registers, 2 * groupCount + 2, start, anchor(root), (int)
                Math.min(compiler.meter.of(root).min(), Integer.MAX_VALUE));
    }

    private static Program.Anchor anchor(Node node) {
        if (node instanceof Node.Assertion assertion) {
            return switch (assertion.kind()) {
                case TEXT_START -> Program.Anchor.TEXT_START;
                case LINE_START -> Program.Anchor.LINE_START;
                default -> Program.Anchor.NONE;
            };
        } else if (node instanceof Node.Group group) {
            return anchor(group.body());
        } else if (node instanceof Node.Sequence sequence && !sequence.items().isEmpty()) {
            return anchor(sequence.items().get(0));
        } else if (node instanceof Node.Alternation alternation) {
            Set<Program.Anchor> anchors = new HashSet<>();
            alternation.branches().forEach(branch -> anchors.add(anchor(branch)));
            return anchors.size() == 1 ? anchors.iterator().next() : Program.Anchor.NONE;
        }
        return Program.Anchor.NONE;
    }

    private static void collectReferences(Node node, Set<Integer> groups) {
        if (node instanceof Node.BackReference reference) {
            groups.add(reference.group());
        } else if (node instanceof Node.Conditional conditional) {
            groups.add(conditional.group());
        }
        node.children().forEach(child -> collectReferences(child, groups));
    }

    private void collectPlainGroups(Node node) {
        if (node instanceof Node.Group group) {
            plainGroups.add(group.number());
            collectPlainGroups(group.body());
        } else if (node instanceof Node.Sequence sequence) {
            sequence.items().forEach(this::collectPlainGroups);
        }
    }

    private int newRegisters(int count) {
        registers += count;
        return registers - count;
    }

    private int choice() {
        return repeatable && inRegisterLoops == 0 ? out.newChoice() : -1;
    }

    private int set(CharSet set) {
        return out.set(first.of(set));
    }

    private void emit(Node node, Ahead follow) {
        if (node instanceof Node.Chars chars) {
            emitChars(chars);
        } else if (node instanceof Node.Sequence sequence) {
            emitSequence(sequence.items(), follow);
        } else if (node instanceof Node.Alternation alternation) {
            emitAlternation(alternation.branches(), follow);
        } else if (node instanceof Node.Group group) {
            int op = plainGroups.contains(group.number()) ? Op.NOTE : Op.CAPTURE;
            out.op(op, 2 * group.number());
            emit(group.body(), follow);
            out.op(op, 2 * group.number() + 1);
        } else if (node instanceof Node.Repeat repeat) {
            emitRepeat(repeat, follow);
        } else if (node instanceof Node.Atomic atomic) {
            int register = newRegisters(1);
            out.op(Op.ATOMIC, register);
            // What follows must not help to choose among the ways of the body.
            emit(atomic.body(), Ahead.ANYTHING);
            out.op(Op.ATOMIC_END, register);
        } else if (node instanceof Node.Look look) {
            emitLook(look);
        } else if (node instanceof Node.Conditional conditional) {
            int test = out.op(Op.UNLESS_GROUP, conditional.group(), 0);
            emit(conditional.yes(), follow);
            int jump = out.op(Op.JUMP, 0);
            out.patch(test + 2);
            emit(conditional.no(), follow);
            out.patch(jump + 1);
        } else if (node instanceof Node.BackReference reference) {
            out.op(Op.REFERENCE, reference.group(), reference.kind().ordinal());
        } else if (node instanceof Node.Assertion assertion) {
            emitAssertion(assertion.kind());
        } else if (node instanceof Node.Needs needs) {
            byte[] literal = literal(needs.literal(), 0);
            if (literal.length == needs.literal().size()) {
                out.op(Op.NEEDS, out.string(literal));
            }
        }
    }

    private void emitChars(Node.Chars chars) {
        Ahead members = first.of(chars.set());
        if (members.size() == 1) {
            out.op(Op.CHAR, members.first());
        } else if (members.size() == 0) {
            out.op(Op.FAIL);
        } else {
            out.op(Op.SET, out.set(members));
        }
    }

    private void emitAssertion(Node.Kind kind) {
        switch (kind) {
            case TEXT_START -> out.op(Op.TEXT_START);
            case LINE_START -> out.op(Op.LINE_START);
            case TEXT_END -> out.op(Op.TEXT_END);
            case LAST_LINE_END -> out.op(Op.LAST_LINE_END);
            case LINE_END -> out.op(Op.LINE_END);
            case WORD_BOUNDARY -> out.op(Op.BOUNDARY, set(Categories.unicode().word()), 1);
            case NO_WORD_BOUNDARY ->
                out.op(Op.BOUNDARY, set(Categories.unicode().word()), 0);
            case ASCII_WORD_BOUNDARY -> out.op(Op.BOUNDARY, set(Categories.ASCII.word()), 1);
            case NO_ASCII_WORD_BOUNDARY -> out.op(Op.BOUNDARY, set(Categories.ASCII.word()), 0);
        }
    }

    private void emitSequence(List<Node> items, Ahead follow) {
        Ahead[] follows = new Ahead[items.size()];
        Ahead ahead = follow;
        for (int i = items.size() - 1; i >= 0; i--) {
            follows[i] = ahead;
            ahead = first.of(items.get(i), ahead);
        }
        for (int i = 0; i < items.size(); i++) {
            byte[] literal = literal(items, i);
            if (literal.length > 1) {
                out.op(Op.STRING, out.string(literal));
                i += literal.length - 1;
            } else {
                emit(items.get(i), follows[i]);
            }
        }
    }

    /** The characters from an item on that can be but one each. */
    private byte[] literal(List<? extends Node> items, int from) {
        byte[] literal = new byte[items.size() - from];
        int length = 0;
        for (Node item : items.subList(from, items.size())) {
            if (!(item instanceof Node.Chars chars) || first.of(chars.set()).size() != 1) {
                break;
            }
            literal[length++] = (byte) first.of(chars.set()).first();
        }
        return Arrays.copyOf(literal, length);
    }

    private void emitAlternation(List<Node> branches, Ahead follow) {
        List<Ahead> aheads =
                branches.stream().map(branch -> first.of(branch, follow)).toList();
        int branch = out.op(Op.BRANCH, 0, 0, 0);
        List<Integer> places = new ArrayList<>();
        List<Integer> jumps = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            places.add(out.place());
            emit(branches.get(i), follow);
            if (i < branches.size() - 1) {
                jumps.add(out.op(Op.JUMP, 0));
            }
        }
        jumps.forEach(jump -> out.patch(jump + 1));
        out.branch(branch, aheads, places, choice());
    }

    /** Two ways; the second place is to be patched. The first is what follows. */
    private int split(Ahead one, Ahead two) {
        int split = out.op(Op.SPLIT, out.table(one, two), 0, 0, choice());
        out.set(split + 2, out.place());
        return split;
    }

    private void emitRepeat(Node.Repeat repeat, Ahead follow) {
        Node body = repeat.body();
        if (emitRun(repeat, follow)) {
            return;
        }
        long minWidth = meter.of(body).min();
        int copies = repeat.max() == Node.UNBOUNDED ? Math.max(repeat.min(), 1) : repeat.max();
        if (minWidth == 0 || repeat.mode() == Node.Mode.POSSESSIVE || (long) copies * size(body) > maxCopies) {
            emitRegisterLoop(repeat);
            return;
        }
        Ahead again = follow.or(first.of(body, follow));
        Ahead in = first.of(body, again);
        boolean lazy = repeat.mode() == Node.Mode.LAZY;
        if (repeat.max() != Node.UNBOUNDED) {
            for (int i = 0; i < repeat.min(); i++) {
                emit(body, i == repeat.min() - 1 && repeat.max() == repeat.min() ? follow : again);
            }
            List<Integer> exits = new ArrayList<>();
            for (int i = repeat.min(); i < repeat.max(); i++) {
                exits.add(choiceOf(lazy, in, follow));
                emit(body, i == repeat.max() - 1 ? follow : again);
            }
            exits.forEach(out::patch);
            return;
        }
        for (int i = 1; i < repeat.min(); i++) {
            emit(body, in);
        }
        int exit = repeat.min() == 0 ? choiceOf(lazy, in, follow) : -1;
        int loop = out.place();
        emit(body, again);
        int end = out.op(Op.SPLIT_AGAIN, lazy ? out.table(follow, in) : out.table(in, follow), 0, 0, choice());
        out.set(end + (lazy ? 3 : 2), loop);
        out.patch(end + (lazy ? 2 : 3));
        if (exit >= 0) {
            out.patch(exit);
        }
    }

    /** A choice between what follows in the code and an exit; returns where the exit is to be patched. */
    private int choiceOf(boolean lazy, Ahead in, Ahead follow) {
        if (!lazy) {
            return split(in, follow) + 3;
        }
        int split = out.op(Op.SPLIT, out.table(follow, in), 0, 0, choice());
        out.set(split + 3, out.place());
        return split + 2;
    }

    private static int size(Node node) {
        if (node instanceof Node.Sequence sequence) {
            return sequence.items().stream().mapToInt(Compiler::size).sum();
        } else if (node instanceof Node.Alternation alternation) {
            return alternation.branches().stream().mapToInt(Compiler::size).sum() + 1;
        } else if (node instanceof Node.Group group) {
            return size(group.body()) + 1;
        } else if (node instanceof Node.Atomic atomic) {
            return size(atomic.body()) + 1;
        } else if (node instanceof Node.Look look) {
            return size(look.body()) + 1;
        } else if (node instanceof Node.Conditional conditional) {
            return size(conditional.yes()) + size(conditional.no()) + 1;
        } else if (node instanceof Node.Repeat repeat) {
            int copies = repeat.max() == Node.UNBOUNDED ? Math.max(1, repeat.min()) : repeat.max();
            return (int) Math.min(MAX_COPIES + 1L, (long) size(repeat.body()) * copies + 1);
        }
        return 1;
    }

    /** A loop over one set, perhaps with a literal that must not begin there: {@code (?:(?! from ).)*}. */
    private boolean emitRun(Node.Repeat repeat, Ahead follow) {
        Node body = repeat.body();
        int guard = -1;
        if (body instanceof Node.Sequence sequence
                && sequence.items().size() == 2
                && sequence.items().get(0) instanceof Node.Look look
                && look.negative()
                && look.width() == 0) {
            byte[] literal = literalOf(look.body());
            if (literal.length == 0) {
                return false;
            }
            guard = out.string(literal);
            body = sequence.items().get(1);
        }
        if (!(body instanceof Node.Chars chars)) {
            return false;
        }
        if (guard < 0 && repeat.min() == 0 && repeat.max() == 1 && repeat.mode() != Node.Mode.POSSESSIVE) {
            int exit = choiceOf(repeat.mode() == Node.Mode.LAZY, first.of(chars.set()), follow);
            emitChars(chars);
            out.patch(exit);
            return true;
        }
        Ahead members = first.of(chars.set());
        boolean keepAll = repeat.mode() == Node.Mode.POSSESSIVE
                || repeat.min() == repeat.max()
                || members.isDisjoint(follow) && repeat.mode() == Node.Mode.GREEDY;
        Ahead others = members.not();
        out.op(
                repeat.mode() == Node.Mode.LAZY && !keepAll ? Op.LAZY_RUN : Op.RUN,
                out.set(members),
                repeat.min(),
                repeat.max(),
                keepAll ? -1 : out.table(follow, Ahead.NOTHING),
                guard,
                repeatable && inRegisterLoops == 0 ? out.newRun() : -1,
                others.size() == 1 ? others.first() : -1);
        return true;
    }

    /** The literal that a node is; empty if it is something else. */
    private byte[] literalOf(Node node) {
        List<Node> items = node instanceof Node.Sequence sequence ? sequence.items() : List.of(node);
        byte[] literal = literal(items, 0);
        return literal.length == items.size() ? literal : new byte[0];
    }

    private void emitRegisterLoop(Node.Repeat repeat) {
        int register = newRegisters(3);
        inRegisterLoops++;
        out.op(Op.LOOP, register);
        int op = switch (repeat.mode()) {
            case GREEDY -> Op.GREEDY;
            case LAZY -> Op.LAZY;
            case POSSESSIVE -> Op.POSSESSIVE;
        };
        int head = out.op(op, register, repeat.min(), repeat.max(), 0);
        if (repeat.mode() == Node.Mode.LAZY) {
            out.op(Op.LAZY_BODY, register, repeat.max());
        }
        emit(repeat.body(), Ahead.ANYTHING);
        if (repeat.mode() == Node.Mode.POSSESSIVE) {
            out.op(Op.ATOMIC_END, register + 2);
        }
        out.op(Op.JUMP, head);
        out.patch(head + 4);
        inRegisterLoops--;
    }

    private void emitLook(Node.Look look) {
        Node body = look.body();
        if (body instanceof Node.Chars chars && look.width() <= 1) {
            int ahead = look.negative() ? Op.NOT_AHEAD : Op.AHEAD;
            int behind = look.negative() ? Op.NOT_BEHIND : Op.BEHIND;
            out.op(look.width() == 0 ? ahead : behind, set(chars.set()));
            return;
        }
        if (look.negative() && look.width() == 0 && literalOf(body).length > 0) {
            out.op(Op.NOT_STRING, out.string(literalOf(body)));
            return;
        }
        int register = newRegisters(2);
        int head = look.negative()
                ? out.op(Op.NOT_LOOK, register, look.width(), 0)
                : out.op(Op.LOOK, register, look.width());
        emit(body, Ahead.ANYTHING);
        out.op(look.negative() ? Op.NOT_LOOK_END : Op.LOOK_END, register);
        if (look.negative()) {
            out.patch(head + 3);
        }
    }
}
