package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tree of an expression as a list of steps, one for each thing that it says: nothing is shortened. */
final class PlainProgram {

    /** What a step does. {@code x} and {@code y} are what the comments say, else unused. */
    enum Code {
        /** One character out of {@code set}. */
        CHAR,
        ASSERT,
        /** The text of group {@code x}. */
        REFERENCE,
        /** On at step {@code x}; if that fails, at {@code y}. */
        SPLIT,
        /** On at step {@code x}. */
        JUMP,
        /** Notes the place in capture {@code x}. */
        CAPTURE,
        /** On at step {@code y} unless group {@code x} has matched. */
        UNLESS_GROUP,
        /** Begins what is undone or kept as one: register {@code x} takes the height of the stack. */
        ATOMIC,
        /** Forgets other ways since the height in register {@code x}. */
        ATOMIC_END,
        /** As {@code ATOMIC}, and goes back {@code y} characters; register {@code x + 1} takes the place. */
        LOOK,
        LOOK_END,
        /** As {@code LOOK}; if the body fails, on at step {@code z}. */
        NOT_LOOK,
        NOT_LOOK_END,
        /** Resets counter {@code x} and the place {@code x + 1} where its last repetition began. */
        LOOP,
        /** The head of a loop with {@link Repeat}, before each repetition; its body follows. */
        GREEDY,
        /** The body follows after {@code LAZY_BODY}. */
        LAZY,
        /** Another repetition of the {@code LAZY} before it. */
        LAZY_BODY,
        POSSESSIVE,
        /** Forgets other ways of the last repetition, whose begin is in register {@code x}. */
        POSSESSIVE_END,
        MATCH
    }

    /**
     * A step.
     *
     * @param at index in the expression; -1 where it belongs to nothing that is written
     */
    record Step(Code code, int x, int y, int z, @Nullable Node leaf, int at) {
        Step(Code code, int x, int y) {
            this(code, x, y, 0, null, -1);
        }
    }

    /** Bounds of the loop whose head is a step: {@code x} its registers, {@code y} the step after it, {@code z} an index here. */
    record Repeat(int min, int max) {}

    private final List<Step> steps = new ArrayList<>();
    private final List<Repeat> repeats = new ArrayList<>();
    private int registers;

    private PlainProgram() {}

    static PlainProgram of(Node root) {
        PlainProgram program = new PlainProgram();
        program.emit(root);
        program.add(Code.MATCH, 0, 0);
        return program;
    }

    Step[] steps() {
        return steps.toArray(Step[]::new);
    }

    Repeat repeat(int index) {
        return repeats.get(index);
    }

    int registers() {
        return registers;
    }

    private int add(Code code, int x, int y) {
        steps.add(new Step(code, x, y));
        return steps.size() - 1;
    }

    private int next() {
        return steps.size();
    }

    private int newRegisters(int count) {
        registers += count;
        return registers - count;
    }

    private void emit(Node node) {
        if (node instanceof Node.Chars chars) {
            steps.add(new Step(Code.CHAR, 0, 0, 0, node, chars.at()));
        } else if (node instanceof Node.Assertion assertion) {
            steps.add(new Step(Code.ASSERT, 0, 0, 0, node, assertion.at()));
        } else if (node instanceof Node.BackReference reference) {
            steps.add(new Step(Code.REFERENCE, reference.group(), 0, 0, node, reference.at()));
        } else if (node instanceof Node.Sequence sequence) {
            sequence.items().forEach(this::emit);
        } else if (node instanceof Node.Alternation alternation) {
            emitAlternation(alternation);
        } else if (node instanceof Node.Group group) {
            add(Code.CAPTURE, 2 * group.number(), 0);
            emit(group.body());
            add(Code.CAPTURE, 2 * group.number() + 1, 0);
        } else if (node instanceof Node.Repeat repeat) {
            emitRepeat(repeat);
        } else if (node instanceof Node.Atomic atomic) {
            int register = newRegisters(1);
            add(Code.ATOMIC, register, 0);
            emit(atomic.body());
            add(Code.ATOMIC_END, register, 0);
        } else if (node instanceof Node.Look look) {
            emitLook(look);
        } else if (node instanceof Node.Conditional conditional) {
            int test = add(Code.UNLESS_GROUP, conditional.group(), 0);
            emit(conditional.yes());
            int jump = add(Code.JUMP, 0, 0);
            steps.set(test, new Step(Code.UNLESS_GROUP, conditional.group(), next()));
            emit(conditional.no());
            steps.set(jump, new Step(Code.JUMP, next(), 0));
        }
    }

    private void emitAlternation(Node.Alternation alternation) {
        List<Integer> jumps = new ArrayList<>();
        int last = alternation.branches().size() - 1;
        for (int i = 0; i < last; i++) {
            int split = add(Code.SPLIT, 0, 0);
            emit(alternation.branches().get(i));
            jumps.add(add(Code.JUMP, 0, 0));
            steps.set(split, new Step(Code.SPLIT, split + 1, next()));
        }
        emit(alternation.branches().get(last));
        for (int jump : jumps) {
            steps.set(jump, new Step(Code.JUMP, next(), 0));
        }
    }

    private void emitLook(Node.Look look) {
        int register = newRegisters(2);
        Code code = look.negative() ? Code.NOT_LOOK : Code.LOOK;
        int head = add(code, register, look.width());
        emit(look.body());
        add(look.negative() ? Code.NOT_LOOK_END : Code.LOOK_END, register, 0);
        steps.set(head, new Step(code, register, look.width(), next(), null, -1));
    }

    private void emitRepeat(Node.Repeat repeat) {
        int register = newRegisters(3);
        repeats.add(new Repeat(repeat.min(), repeat.max()));
        int bounds = repeats.size() - 1;
        add(Code.LOOP, register, 0);
        Code code = switch (repeat.mode()) {
            case GREEDY -> Code.GREEDY;
            case LAZY -> Code.LAZY;
            case POSSESSIVE -> Code.POSSESSIVE;
        };
        int head = add(code, register, 0);
        if (code == Code.LAZY) {
            steps.add(new Step(Code.LAZY_BODY, register, 0, bounds, null, -1));
        }
        emit(repeat.body());
        if (code == Code.POSSESSIVE) {
            add(Code.POSSESSIVE_END, register + 2, 0);
        }
        add(Code.JUMP, head, 0);
        steps.set(head, new Step(code, register, next(), bounds, null, -1));
    }
}
