package org.fleetban.engine.regex;

import java.util.Arrays;
import org.fleetban.engine.regex.Matcher.Result;
import org.fleetban.engine.regex.Program.Op;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Program} over characters below 256. Ways back are kept on a stack of its own, bounded, and each one taken
 * costs a step of the budget, as does a stretch of characters run over.
 *
 * <p>A search that needs many steps begins to remember what has failed ({@link Failures}), which ends most of the
 * expressions that would take exponential time in linear or quadratic time.
 */
final class Machine {

    /** Kinds of frames; what is not negative is a place in the code, perhaps with a bit of the next three. */
    private static final int UNDO_CAPTURE = -1;

    private static final int UNDO_REGISTER = -2;
    private static final int FAILED_CHOICE = -3;
    private static final int RUN = 1 << 28;
    private static final int LAZY_RUN = 1 << 29;
    private static final int BRANCH = 1 << 30;
    private static final int PLACE = RUN - 1;

    /** Ints on the stack: 32 MB. */
    private static final int MAX_STACK = 1 << 23;

    /** A stack that one text made larger than this is given back. */
    private static final int KEPT_STACK = 1 << 12;

    /** A search remembers failures after so many steps and as many as a quarter of its characters. */
    static final int STEPS_WITHOUT_MEMORY = 1000;

    private static final int NO_MATCH = -1;
    private static final int EXHAUSTED = -2;

    /** The ways that are still on the stack would only confuse the memory, which begins now. */
    private static final int FROM_THE_START = -3;

    private final Program program;
    private final int[] code;
    private final byte[] dispatch;
    private final boolean[] sets;
    private final byte[][] strings;
    private final int[] alternatives;
    private final int[] captures;
    private final int[] registers;
    private final Failures failures;
    private final int stepsWithoutMemory;

    private int[] stack = new int[192];
    private int height;
    private Text original = Text.empty();
    private byte[] text = new byte[0];
    private int base;
    private int end;
    private long left;
    private long remembering;

    Machine(Program program, int stepsWithoutMemory) {
        this.stepsWithoutMemory = stepsWithoutMemory;
        this.program = program;
        this.code = program.code();
        this.dispatch = program.dispatch();
        this.sets = program.sets();
        this.strings = program.strings();
        this.alternatives = program.alternatives();
        this.captures = new int[program.captures()];
        this.registers = new int[program.registers()];
        this.failures = new Failures(program.choices(), program.runs());
    }

    /** Begin and end of each group in the last match, as indexes of the bytes; -1 where it took no part. */
    int[] captures() {
        return captures;
    }

    /**
     * Searches.
     *
     * @param original what back-references are compared in
     * @param bytes the text, a byte for each character, which may be a stand-in for it
     * @param base where the text begins in the bytes; all other places are counted alike
     */
    Result search(Text original, byte[] bytes, int base, int from, int to, long budget) {
        this.original = original;
        this.text = bytes;
        this.base = base;
        this.end = to;
        this.left = budget;
        this.remembering = failures.isUseful() ? budget - stepsWithoutMemory - (to - from) / 4 : Long.MIN_VALUE;
        failures.forget();
        if (stepsWithoutMemory == 0 && failures.isUseful()) {
            failures.remember(base, to);
        }
        Result result = search(from);
        if (stack.length > KEPT_STACK) {
            stack = new int[192];
        }
        return result;
    }

    private Result search(int from) {
        for (int i = program.nextStart(text, base, end, from); i >= 0; i = program.nextStart(text, base, end, i + 1)) {
            Arrays.fill(captures, -1);
            height = 0;
            int matchEnd = run(i);
            if (matchEnd >= 0) {
                captures[0] = i;
                captures[1] = matchEnd;
                return Result.MATCH;
            }
            if (matchEnd == EXHAUSTED) {
                return Result.BUDGET_EXHAUSTED;
            }
            if (matchEnd == FROM_THE_START) {
                i--;
            }
        }
        return Result.NO_MATCH;
    }

    private int symbol(int i) {
        return i < end ? text[i] & 0xff : Ahead.END;
    }

    private int run(int from) {
        int[] code = this.code;
        byte[] dispatch = this.dispatch;
        byte[] text = this.text;
        int end = this.end;
        int pc = 0;
        int i = from;
        while (true) {
            boolean ok;
            switch (code[pc]) {
                case Op.MATCH -> {
                    return i;
                }
                case Op.CHAR -> {
                    ok = i < end && text[i] == (byte) code[pc + 1];
                    i++;
                    pc += 2;
                }
                case Op.SET -> {
                    ok = i < end && sets[code[pc + 1] + (text[i] & 0xff)];
                    i++;
                    pc += 2;
                }
                case Op.STRING -> {
                    byte[] string = strings[code[pc + 1]];
                    ok = stands(string, i);
                    i += string.length;
                    pc += 2;
                }
                case Op.JUMP -> {
                    ok = true;
                    pc = code[pc + 1];
                }
                case Op.SPLIT -> {
                    int ways = dispatch[code[pc + 1] + (i < end ? text[i] & 0xff : Ahead.END)];
                    ok = ways != 0 && (ways != 3 || enterChoice(code[pc + 4], i));
                    if (ways == 3 && ok) {
                        push(code[pc + 3], i, 0);
                        pc = code[pc + 2];
                    } else {
                        // Without a way this is the table, and a failure follows, which replaces it.
                        pc = code[pc + 1 + ways];
                    }
                }
                case Op.SPLIT_AGAIN -> {
                    left--;
                    int ways = dispatch[code[pc + 1] + (i < end ? text[i] & 0xff : Ahead.END)];
                    ok = ways != 0 && enterChoice(code[pc + 4], i);
                    if (ways == 3 && ok) {
                        push(code[pc + 3], i, 0);
                        pc = code[pc + 2];
                    } else {
                        pc = code[pc + 1 + ways];
                    }
                }
                case Op.BRANCH -> {
                    int list = dispatch[code[pc + 1] + (i < end ? text[i] & 0xff : Ahead.END)] & 0xff;
                    ok = list != 0;
                    if (ok) {
                        int alternative = alternatives[code[pc + 3] + list];
                        if (alternatives[alternative + 1] >= 0) {
                            ok = enterChoice(code[pc + 2], i);
                            if (ok) {
                                push(BRANCH | alternative + 1, i, 0);
                            }
                        }
                        pc = alternatives[alternative];
                    }
                }
                case Op.NOTE -> {
                    ok = true;
                    captures[code[pc + 1]] = i;
                    pc += 2;
                }
                case Op.CAPTURE -> {
                    ok = true;
                    int capture = code[pc + 1];
                    push(UNDO_CAPTURE, capture, captures[capture]);
                    captures[capture] = i;
                    pc += 2;
                }
                case Op.RUN -> {
                    i = enterRun(pc, i);
                    ok = i >= 0;
                    pc += Op.RUN_LENGTH;
                }
                case Op.LAZY_RUN -> {
                    i = enterLazyRun(pc, i);
                    ok = i >= 0;
                    pc += Op.RUN_LENGTH;
                }
                case Op.TEXT_START -> {
                    ok = i == base;
                    pc++;
                }
                case Op.TEXT_END -> {
                    ok = i == end;
                    pc++;
                }
                case Op.LAST_LINE_END -> {
                    ok = i == end || i == end - 1 && text[i] == '\n';
                    pc++;
                }
                case Op.AHEAD -> {
                    ok = i < end && sets[code[pc + 1] + (text[i] & 0xff)];
                    pc += 2;
                }
                case Op.NOT_AHEAD -> {
                    ok = i >= end || !sets[code[pc + 1] + (text[i] & 0xff)];
                    pc += 2;
                }
                case Op.BEHIND -> {
                    ok = i > base && sets[code[pc + 1] + (text[i - 1] & 0xff)];
                    pc += 2;
                }
                case Op.NOT_BEHIND -> {
                    ok = i <= base || !sets[code[pc + 1] + (text[i - 1] & 0xff)];
                    pc += 2;
                }
                case Op.NOT_STRING -> {
                    ok = !stands(strings[code[pc + 1]], i);
                    pc += 2;
                }
                case Op.NEEDS -> {
                    ok = true;
                    if (left > Foresight.RESERVE) {
                        left -= end - i >> 4;
                        ok = Runs.find(strings[code[pc + 1]], text, i, end) >= 0;
                    }
                    pc += 2;
                }
                case Op.BOUNDARY -> {
                    ok = end > base && isBoundary(code[pc + 1], i) == (code[pc + 2] != 0);
                    pc += 3;
                }
                case Op.LINE_START -> {
                    ok = i == base || text[i - 1] == '\n';
                    pc++;
                }
                case Op.LINE_END -> {
                    ok = i == end || text[i] == '\n';
                    pc++;
                }
                case Op.REFERENCE -> {
                    int length = References.length(captures, code[pc + 1]);
                    // Paid for before it is compared: a text that differs at its end costs as much.
                    left -= Math.max(length, 0) >> 3;
                    ok = length >= 0 && References.stands(original, base, end, captures, code[pc + 1], code[pc + 2], i);
                    i += length;
                    pc += 3;
                }
                case Op.UNLESS_GROUP -> {
                    ok = true;
                    pc = References.isSet(captures, code[pc + 1]) ? pc + 3 : code[pc + 2];
                }
                case Op.ATOMIC -> {
                    ok = true;
                    registers[code[pc + 1]] = height;
                    pc += 2;
                }
                case Op.ATOMIC_END -> {
                    ok = true;
                    keepUndo(registers[code[pc + 1]]);
                    pc += 2;
                }
                case Op.LOOK, Op.NOT_LOOK -> {
                    int register = code[pc + 1];
                    registers[register] = height;
                    registers[register + 1] = i;
                    boolean negative = code[pc] == Op.NOT_LOOK;
                    if (negative) {
                        push(code[pc + 3], i, 0);
                    }
                    i -= code[pc + 2];
                    ok = i >= base;
                    pc += negative ? 4 : 3;
                }
                case Op.LOOK_END -> {
                    ok = true;
                    keepUndo(registers[code[pc + 1]]);
                    i = registers[code[pc + 1] + 1];
                    pc += 2;
                }
                case Op.NOT_LOOK_END -> {
                    ok = false;
                    undo(registers[code[pc + 1]]);
                }
                case Op.LOOP -> {
                    ok = true;
                    setRegister(code[pc + 1], -1);
                    setRegister(code[pc + 1] + 1, -1);
                    pc += 2;
                }
                case Op.GREEDY, Op.POSSESSIVE -> {
                    ok = --left >= 0;
                    pc = repeat(pc, i);
                }
                case Op.LAZY -> {
                    ok = --left >= 0;
                    int count = registers[code[pc + 1]] + 1;
                    if (count < code[pc + 2]) {
                        setRegister(code[pc + 1], count);
                        pc += 8;
                    } else {
                        push(pc + 5, i, 0);
                        pc = code[pc + 4];
                    }
                }
                case Op.LAZY_BODY -> {
                    int register = code[pc + 1];
                    int count = registers[register] + 1;
                    ok = mayRepeat(count, code[pc + 2]) && i != registers[register + 1];
                    setRegister(register, count);
                    setRegister(register + 1, i);
                    pc += 3;
                }
                case Op.FAIL -> ok = false;
                default -> throw new IllegalStateException("no operation " + code[pc] + " at " + pc);
            }
            if (ok) {
                continue;
            }
            i = back();
            if (i < 0) {
                return i;
            }
            pc = resumed;
        }
    }

    /** Where in the code to go on after {@link #back()}. */
    private int resumed;

    /** Takes the last way back: returns the place in the text. */
    private int back() {
        if (--left < remembering && !failures.remembers()) {
            failures.remember(base, end);
            return FROM_THE_START;
        }
        while (height > 0) {
            height -= 3;
            int what = stack[height];
            int a = stack[height + 1];
            int b = stack[height + 2];
            if (what < 0) {
                undo(what, a, b);
                if (what == FAILED_CHOICE) {
                    failures.addChoice(a, b);
                }
                continue;
            }
            if (left < 0) {
                return EXHAUSTED;
            }
            int kind = what & ~PLACE;
            if (kind == 0) {
                resumed = what;
                return a;
            }
            if (kind == BRANCH) {
                int alternative = what & PLACE;
                resumed = alternatives[alternative];
                if (alternatives[alternative + 1] >= 0) {
                    push(what + 1, a, 0);
                }
                return a;
            }
            int pc = what & PLACE;
            int i = kind == RUN ? nextOfRun(pc, a, b) : nextOfLazyRun(pc, a, b);
            if (i >= 0) {
                resumed = pc + Op.RUN_LENGTH;
                return i;
            }
        }
        return left < 0 ? EXHAUSTED : NO_MATCH;
    }

    /** Whether a choice may be made here; notes it as failed when all of its ways have. */
    private boolean enterChoice(int choice, int i) {
        if (failures.remembersChoices() && choice >= 0) {
            if (failures.hasChoice(choice, i)) {
                return false;
            }
            push(FAILED_CHOICE, choice, i);
        }
        return true;
    }

    /** Runs as far as it goes; returns where to go on, -1 if nowhere. */
    private int enterRun(int pc, int i) {
        int min = code[pc + 2];
        if (min > end - i) {
            return -1;
        }
        int low = i + min;
        int high = runEnd(pc, i);
        if (high < low) {
            return -1;
        }
        int follow = code[pc + 4];
        int run = code[pc + 6];
        if (failures.remembers() && run >= 0) {
            return rememberingRun(pc, follow < 0 ? high : low, high);
        }
        if (follow < 0) {
            return high;
        }
        int p = high;
        while (dispatch[follow + symbol(p)] == 0) {
            if (--p < low) {
                return -1;
            }
        }
        if (p > low) {
            push(RUN | pc, low, p - 1);
        }
        return p;
    }

    private int nextOfRun(int pc, int low, int last) {
        int follow = code[pc + 4];
        int run = code[pc + 6];
        if (failures.remembers() && run >= 0) {
            failures.addPlace(run, last + 1);
            return rememberingRun(pc, low, last);
        }
        int p = last;
        while (dispatch[follow + symbol(p)] == 0) {
            if (--p < low) {
                return -1;
            }
        }
        left -= last - p >> 4;
        if (p > low) {
            push(RUN | pc, low, p - 1);
        }
        return p;
    }

    /** The last place up to {@code high} where what follows may match and has not failed. */
    private int rememberingRun(int pc, int low, int high) {
        int follow = code[pc + 4];
        int run = code[pc + 6];
        int p = high;
        while (p >= low) {
            if (failures.hasPlace(run, p)) {
                p = failures.firstPlace(run) - 1;
            } else if (follow >= 0 && dispatch[follow + symbol(p)] == 0) {
                failures.addPlace(run, p);
                left -= p & 1;
                p--;
            } else {
                push(RUN | pc, low, p - 1);
                return p;
            }
        }
        return -1;
    }

    /** Goes as far as it must; returns where to go on, -1 if nowhere. */
    private int enterLazyRun(int pc, int i) {
        int min = code[pc + 2];
        int max = code[pc + 3];
        if (min > end - i) {
            return -1;
        }
        int low = i + min;
        int limit = max > end - i ? end : i + max;
        if (min > 0 && Runs.end(this.sets, code[pc + 1], text, i, low, guard(pc), end) < low) {
            return -1;
        }
        return lazyRun(pc, low, limit);
    }

    private int nextOfLazyRun(int pc, int last, int limit) {
        if (last >= limit || !Runs.isIn(sets, code[pc + 1], text, last, guard(pc), end)) {
            failures.addPlaceIfRemembering(code[pc + 6], last);
            return -1;
        }
        failures.addPlaceIfRemembering(code[pc + 6], last);
        return lazyRun(pc, last + 1, limit);
    }

    /** The first place from {@code low} on where what follows may match and has not failed. */
    private int lazyRun(int pc, int low, int limit) {
        int set = code[pc + 1];
        int follow = code[pc + 4];
        int run = code[pc + 6];
        boolean remembers = failures.remembers() && run >= 0;
        int high = remembers ? Math.min(limit, runEnd(pc, low)) : limit;
        byte[] guard = guard(pc);
        int p = low;
        while (true) {
            if (remembers && failures.hasPlace(run, p)) {
                p = failures.lastPlace(run) + 1;
                if (p > high) {
                    return -1;
                }
                continue;
            }
            if (dispatch[follow + symbol(p)] != 0) {
                push(LAZY_RUN | pc, p, limit);
                left -= p - low >> 4;
                return p;
            }
            if (remembers) {
                failures.addPlace(run, p);
            }
            if (p >= high || !Runs.isIn(sets, set, text, p, guard, end)) {
                left -= p - low >> 4;
                return -1;
            }
            p++;
        }
    }

    private byte @Nullable [] guard(int pc) {
        return code[pc + 5] < 0 ? null : strings[code[pc + 5]];
    }

    /** Where the characters end that a run can go over from here. */
    private int runEnd(int pc, int i) {
        int max = code[pc + 3];
        int limit = max > end - i ? end : i + max;
        int run = code[pc + 6];
        if (!failures.remembers() || run < 0 || limit < end) {
            return scanRun(pc, i, limit);
        }
        int known = failures.endOfRun(run, i);
        if (known < 0) {
            int begin = failures.startOfRun(run);
            int to = scanRun(pc, i, begin > i ? begin : end);
            known = to == begin ? failures.endOfRun(run, to) : to;
            failures.addRun(run, i, known);
        }
        return known;
    }

    private int scanRun(int pc, int i, int limit) {
        int to = code[pc + 7] >= 0 && code[pc + 5] < 0
                ? Runs.until((byte) code[pc + 7], text, i, limit)
                : Runs.end(sets, code[pc + 1], text, i, limit, guard(pc), end);
        left -= to - i >> 4;
        return to;
    }

    private boolean stands(byte[] string, int i) {
        if (string.length > end - i) {
            return false;
        }
        for (int k = 0; k < string.length; k++) {
            if (text[i + k] != string[k]) {
                return false;
            }
        }
        return true;
    }

    private boolean isBoundary(int word, int i) {
        boolean before = i > base && sets[word + (text[i - 1] & 0xff)];
        boolean after = i < end && sets[word + (text[i] & 0xff)];
        return before != after;
    }

    /** The head of a loop that counts: returns where to go on. */
    private int repeat(int pc, int i) {
        int register = code[pc + 1];
        int count = registers[register] + 1;
        int after = code[pc + 4];
        registers[register + 2] = height;
        if (count < code[pc + 2]) {
            setRegister(register, count);
        } else if (mayRepeat(count, code[pc + 3]) && i != registers[register + 1]) {
            push(after, i, 0);
            setRegister(register, count);
            setRegister(register + 1, i);
        } else {
            return after;
        }
        return pc + 5;
    }

    private static boolean mayRepeat(int count, int max) {
        return max == Node.UNBOUNDED || count < max;
    }

    private void setRegister(int register, int value) {
        push(UNDO_REGISTER, register, registers[register]);
        registers[register] = value;
    }

    private void push(int what, int a, int b) {
        int at = height;
        if (at + 3 > stack.length) {
            if (stack.length >= MAX_STACK) {
                // The way that is being tried may still match; the first way back ends the search.
                left = -1;
                return;
            }
            stack = Arrays.copyOf(stack, Math.min(stack.length * 2, MAX_STACK));
        }
        stack[at] = what;
        stack[at + 1] = a;
        stack[at + 2] = b;
        height = at + 3;
    }

    private void undo(int what, int index, int value) {
        if (what == UNDO_CAPTURE) {
            captures[index] = value;
        } else if (what == UNDO_REGISTER) {
            registers[index] = value;
        }
    }

    /** Undoes and drops the frames above a height. */
    private void undo(int to) {
        while (height > to) {
            height -= 3;
            undo(stack[height], stack[height + 1], stack[height + 2]);
        }
    }

    /** Drops the ways back above a height, and keeps what is to be undone. */
    private void keepUndo(int from) {
        int kept = from;
        for (int frame = from; frame < height; frame += 3) {
            if (stack[frame] == UNDO_CAPTURE || stack[frame] == UNDO_REGISTER) {
                System.arraycopy(stack, frame, stack, kept, 3);
                kept += 3;
            }
        }
        height = kept;
    }
}
