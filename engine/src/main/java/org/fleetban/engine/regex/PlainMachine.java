package org.fleetban.engine.regex;

import java.util.Arrays;
import java.util.Objects;
import org.fleetban.engine.regex.Matcher.Result;
import org.fleetban.engine.regex.PlainProgram.Step;

/**
 * Runs a {@link PlainProgram} by backtracking, step by step: the measure for every faster way, and slow. It also notes how
 * far into a text an expression got.
 */
final class PlainMachine {

    private static final int UNDO_CAPTURE = -1;
    private static final int UNDO_REGISTER = -2;

    private static final int MAX_STACK = 1 << 23;

    private final PlainProgram program;
    private final Step[] steps;
    private final int[] captures;
    private final int[] registers;

    /** Frames of three: a step to go on at, or what to undo; a place or index; an old value. */
    private int[] stack = new int[96];

    private int height;
    private Text text = Text.empty();
    private int furthest;
    private int furthestStep;

    PlainMachine(PlainProgram program, int groupCount) {
        this.program = program;
        this.steps = program.steps();
        this.captures = new int[2 * groupCount + 2];
        this.registers = new int[program.registers()];
    }

    int[] captures() {
        return captures;
    }

    /** The furthest place at which a search failed. */
    int furthest() {
        return furthest;
    }

    /** The index in the expression that failed there; its length where there is none. */
    int furthestInExpression(int length) {
        for (int i = furthestStep; i < steps.length; i++) {
            if (steps[i].at() >= 0) {
                return steps[i].at();
            }
        }
        return length;
    }

    Result search(Text whole, int from, int to, long budget) {
        text = whole.slice(0, to);
        furthest = -1;
        furthestStep = 0;
        long left = budget;
        for (int start = from; start <= to; start++) {
            Arrays.fill(captures, -1);
            height = 0;
            left = run(start, left);
            if (left < 0) {
                return Result.BUDGET_EXHAUSTED;
            }
            if (captures[1] >= 0) {
                captures[0] = start;
                return Result.MATCH;
            }
        }
        return Result.NO_MATCH;
    }

    /** Returns what is left of the budget, less than 0 if it ran out. */
    private long run(int start, long budget) {
        int pc = 0;
        int i = start;
        for (long left = budget; left >= 0; left--) {
            Step step = steps[pc];
            boolean ok = true;
            pc++;
            switch (step.code()) {
                case CHAR -> {
                    ok = i < text.length() && ((Node.Chars) leaf(step)).set().contains(text.at(i));
                    i += ok ? 1 : 0;
                }
                case ASSERT -> ok = Assertions.holds(((Node.Assertion) leaf(step)).kind(), text, i);
                case REFERENCE -> {
                    int length = referenced((Node.BackReference) leaf(step), i);
                    ok = length >= 0;
                    i += length;
                }
                case SPLIT -> {
                    push(step.y(), i, 0);
                    pc = step.x();
                }
                case JUMP -> pc = step.x();
                case CAPTURE -> capture(step.x(), i);
                case UNLESS_GROUP -> {
                    if (!isSet(step.x())) {
                        pc = step.y();
                    }
                }
                case ATOMIC -> registers[step.x()] = height;
                case ATOMIC_END, POSSESSIVE_END -> keepUndo(registers[step.x()]);
                case LOOK, NOT_LOOK -> {
                    registers[step.x()] = height;
                    registers[step.x() + 1] = i;
                    if (step.code() == PlainProgram.Code.NOT_LOOK) {
                        push(step.z(), i, 0);
                    }
                    ok = i >= step.y();
                    i -= step.y();
                }
                case LOOK_END -> {
                    keepUndo(registers[step.x()]);
                    i = registers[step.x() + 1];
                }
                case NOT_LOOK_END -> {
                    undo(registers[step.x()]);
                    ok = false;
                }
                case LOOP -> {
                    register(step.x(), -1);
                    register(step.x() + 1, -1);
                }
                case GREEDY, POSSESSIVE -> {
                    PlainProgram.Repeat repeat = program.repeat(step.z());
                    int count = registers[step.x()] + 1;
                    registers[step.x() + 2] = height;
                    if (count < repeat.min()) {
                        register(step.x(), count);
                    } else if (maybeMore(count, repeat) && i != registers[step.x() + 1]) {
                        push(step.y(), i, 0);
                        register(step.x(), count);
                        register(step.x() + 1, i);
                    } else {
                        pc = step.y();
                    }
                }
                case LAZY -> {
                    int count = registers[step.x()] + 1;
                    if (count < program.repeat(step.z()).min()) {
                        register(step.x(), count);
                        pc++;
                    } else {
                        push(pc, i, 0);
                        pc = step.y();
                    }
                }
                case LAZY_BODY -> {
                    int count = registers[step.x()] + 1;
                    ok = maybeMore(count, program.repeat(step.z())) && i != registers[step.x() + 1];
                    register(step.x(), count);
                    register(step.x() + 1, i);
                }
                case MATCH -> {
                    captures[1] = i;
                    return left;
                }
            }
            if (!ok) {
                // A start at which nothing fits is no progress, wherever it is.
                if (i > furthest && (i > start || start == 0)) {
                    furthest = i;
                    furthestStep = pc - 1;
                }
                undo(-1);
                if (height == 0) {
                    return left;
                }
                height -= 3;
                pc = stack[height];
                i = stack[height + 1];
            }
            if (height > MAX_STACK) {
                return -1;
            }
        }
        return -1;
    }

    private static Node leaf(Step step) {
        return Objects.requireNonNull(step.leaf());
    }

    private static boolean maybeMore(int count, PlainProgram.Repeat repeat) {
        return repeat.max() == Node.UNBOUNDED || count < repeat.max();
    }

    private boolean isSet(int group) {
        int start = captures[2 * group];
        return start >= 0 && captures[2 * group + 1] >= start;
    }

    /** How long the text of a group is that stands here once more; -1 where it does not. */
    private int referenced(Node.BackReference reference, int i) {
        if (!isSet(reference.group())) {
            return -1;
        }
        int from = captures[2 * reference.group()];
        int length = captures[2 * reference.group() + 1] - from;
        if (length > text.length() - i) {
            return -1;
        }
        for (int k = 0; k < length; k++) {
            int a = text.at(from + k);
            int b = text.at(i + k);
            boolean same = switch (reference.kind()) {
                case SENSITIVE -> a == b;
                case INSENSITIVE -> CaseFolding.lower(a, false) == CaseFolding.lower(b, false);
                case ASCII_INSENSITIVE -> CaseFolding.lower(a, true) == CaseFolding.lower(b, true);
            };
            if (!same) {
                return -1;
            }
        }
        return length;
    }

    private void capture(int index, int value) {
        push(UNDO_CAPTURE, index, captures[index]);
        captures[index] = value;
    }

    private void register(int index, int value) {
        push(UNDO_REGISTER, index, registers[index]);
        registers[index] = value;
    }

    private void push(int what, int a, int b) {
        if (height + 3 > stack.length) {
            stack = Arrays.copyOf(stack, stack.length * 2);
        }
        stack[height] = what;
        stack[height + 1] = a;
        stack[height + 2] = b;
        height += 3;
    }

    /** Undoes and drops frames down to a height; with -1 until a frame to go on at is uppermost. */
    private void undo(int to) {
        while (height > Math.max(to, 0)) {
            int what = stack[height - 3];
            if (what >= 0) {
                if (to < 0) {
                    return;
                }
            } else {
                (what == UNDO_CAPTURE ? captures : registers)[stack[height - 2]] = stack[height - 1];
            }
            height -= 3;
        }
    }

    /** Drops the frames above a height at which to go on, and keeps what is to be undone. */
    private void keepUndo(int from) {
        int kept = from;
        for (int frame = from; frame < height; frame += 3) {
            if (stack[frame] < 0) {
                System.arraycopy(stack, frame, stack, kept, 3);
                kept += 3;
            }
        }
        height = kept;
    }
}
