package org.fleetban.engine.regex;

import static org.objectweb.asm.Opcodes.*;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.regex.Program.Op;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Translates a {@link Program} to a class, operation by operation. Places of the code become labels; a way back is a frame on
 * the stack with the number of the label to go on at, and whatever fails jumps to the one place that takes the last frame.
 */
final class Translator {

    /** Larger methods are never compiled by HotSpot ({@code -XX:+DontCompileHugeMethods}). */
    private static final int MAX_CODE = 8000;

    private static final String SUPER = Type.getInternalName(TranslatedProgram.class);
    private static final String RUNS = Type.getInternalName(Runs.class);
    private static final String REFERENCES = Type.getInternalName(References.class);
    private static final String NAME = SUPER + "$";
    private static final String CONSTANTS = "CONSTANTS";

    // Local variables.
    private static final int TEXT = 1;
    private static final int BASE = 2;
    private static final int END = 3;
    private static final int I = 4;
    private static final int CAPTURES = 5;
    private static final int STACK = 6;
    private static final int HEIGHT = 7;
    private static final int LEFT = 8;
    private static final int LOW = 9;
    private static final int HIGH = 10;
    private static final int REGISTERS = 11;

    private final Program program;
    private final int[] code;
    private final ClassWriter type = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    private final MethodVisitor out;

    /** Tables, sets and strings, each a static final field {@code c<index>}. */
    private final List<Object> constants = new ArrayList<>();

    private final Map<String, Integer> known = new HashMap<>();
    private final Map<Integer, Label> places = new HashMap<>();

    /** Where frames go on at, by their number. */
    private final List<Label> ways = new ArrayList<>();

    private final Label fail = new Label();
    private final Label back = new Label();
    private final Label giveUp = new Label();

    /** Code that is written behind the operations. */
    private final List<Runnable> later = new ArrayList<>();

    private Translator(Program program) {
        this.program = program;
        this.code = program.code();
        type.visit(V1_5, ACC_FINAL | ACC_SUPER, NAME, null, SUPER, null);
        this.out = type.visitMethod(0, "run", "([BIII)I", null, null);
    }

    /** Makes translations of one program. */
    static final class Translation {
        private final Program program;
        private final MethodHandle constructor;

        private Translation(Program program, MethodHandle constructor) {
            this.program = program;
            this.constructor = constructor;
        }

        TranslatedProgram newInstance() {
            try {
                return (TranslatedProgram) constructor.invokeExact(program);
            } catch (Throwable impossible) {
                throw new IllegalStateException("a translated expression can't be instantiated", impossible);
            }
        }
    }

    /** Translates a program; null if it is too large. */
    static @Nullable Translation translate(Program program) {
        return new Translator(program).translate();
    }

    private @Nullable Translation translate() {
        if (code.length > MAX_CODE) {
            return null;
        }
        constructor();
        Label end = run();
        if (end.getOffset() > MAX_CODE) {
            return null;
        }
        constants();
        type.visitEnd();
        try {
            MethodHandles.Lookup hidden = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(type.toByteArray(), constants.toArray(), true);
            MethodHandle constructor =
                    hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class, Program.class));
            return new Translation(
                    program, constructor.asType(MethodType.methodType(TranslatedProgram.class, Program.class)));
        } catch (IllegalAccessException | NoSuchMethodException impossible) {
            throw new IllegalStateException("a translated expression can't be loaded", impossible);
        }
    }

    private void constructor() {
        MethodVisitor init =
                type.visitMethod(0, "<init>", "(L" + Type.getInternalName(Program.class) + ";)V", null, null);
        init.visitCode();
        init.visitVarInsn(ALOAD, 0);
        init.visitVarInsn(ALOAD, 1);
        init.visitMethodInsn(INVOKESPECIAL, SUPER, "<init>", "(L" + Type.getInternalName(Program.class) + ";)V", false);
        init.visitInsn(RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
    }

    /** Static final fields, which the JIT compiler knows the values of. */
    private void constants() {
        MethodVisitor init = type.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
        init.visitCode();
        init.visitMethodInsn(
                INVOKESTATIC,
                "java/lang/invoke/MethodHandles",
                "lookup",
                "()Ljava/lang/invoke/MethodHandles$Lookup;",
                false);
        init.visitLdcInsn("_");
        init.visitLdcInsn(Type.getType(Object[].class));
        init.visitMethodInsn(
                INVOKESTATIC,
                "java/lang/invoke/MethodHandles",
                "classData",
                "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;)Ljava/lang/Object;",
                false);
        init.visitTypeInsn(CHECKCAST, "[Ljava/lang/Object;");
        init.visitVarInsn(ASTORE, 0);
        for (int i = 0; i < constants.size(); i++) {
            String descriptor = descriptor(i);
            type.visitField(ACC_STATIC | ACC_FINAL | ACC_PRIVATE, "c" + i, descriptor, null, null);
            init.visitVarInsn(ALOAD, 0);
            init.visitLdcInsn(i);
            init.visitInsn(AALOAD);
            init.visitTypeInsn(CHECKCAST, descriptor);
            init.visitFieldInsn(PUTSTATIC, NAME, "c" + i, descriptor);
        }
        init.visitInsn(RETURN);
        init.visitMaxs(0, 0);
        init.visitEnd();
    }

    private String descriptor(int constant) {
        return constants.get(constant) instanceof boolean[] ? "[Z" : "[B";
    }

    private Label run() {
        out.visitCode();
        field(CAPTURES, "captures", "[I");
        field(STACK, "stack", "[I");
        field(LEFT, "left", "I");
        for (int variable = LOW; variable < REGISTERS + program.registers(); variable++) {
            number(0);
            out.visitVarInsn(ISTORE, variable);
        }
        Label noMatch = new Label();
        ways.add(noMatch);
        number(0);
        out.visitVarInsn(ISTORE, HEIGHT);
        push(TranslatedProgram.BOTTOM, () -> load(I), () -> number(0));
        for (int pc = 0; pc < code.length; ) {
            out.visitLabel(place(pc));
            pc = operation(pc);
        }
        for (int i = 0; i < later.size(); i++) {
            later.get(i).run();
        }
        failures(noMatch);
        Label end = new Label();
        out.visitLabel(end);
        out.visitMaxs(0, 0);
        out.visitEnd();
        return end;
    }

    private void field(int variable, String name, String descriptor) {
        out.visitVarInsn(ALOAD, 0);
        out.visitFieldInsn(GETFIELD, SUPER, name, descriptor);
        out.visitVarInsn(descriptor.startsWith("[") ? ASTORE : ISTORE, variable);
    }

    /** Takes the last way back. */
    private void failures(Label noMatch) {
        out.visitLabel(fail);
        out.visitIincInsn(LEFT, -1);
        load(LEFT);
        out.visitJumpInsn(IFLT, giveUp);
        out.visitLabel(back);
        out.visitIincInsn(HEIGHT, -3);
        frame(1);
        out.visitVarInsn(ISTORE, I);
        frame(0);
        int lowest = TranslatedProgram.UNDO_CAPTURE - program.registers();
        Label[] labels = new Label[ways.size() - lowest];
        Label undoCapture = new Label();
        Label[] undoRegisters = new Label[program.registers()];
        for (int register = 0; register < undoRegisters.length; register++) {
            undoRegisters[register] = new Label();
            labels[undoRegister(register) - lowest] = undoRegisters[register];
        }
        labels[TranslatedProgram.UNDO_CAPTURE - lowest] = undoCapture;
        for (int way = 0; way < ways.size(); way++) {
            labels[way - lowest] = ways.get(way);
        }
        out.visitTableSwitchInsn(lowest, ways.size() - 1, giveUp, labels);
        for (int register = 0; register < undoRegisters.length; register++) {
            out.visitLabel(undoRegisters[register]);
            load(I);
            out.visitVarInsn(ISTORE, REGISTERS + register);
            jump(back);
        }
        out.visitLabel(undoCapture);
        out.visitVarInsn(ALOAD, CAPTURES);
        load(I);
        frame(2);
        out.visitInsn(IASTORE);
        jump(back);
        out.visitLabel(noMatch);
        out.visitVarInsn(ALOAD, 0);
        load(LEFT);
        out.visitFieldInsn(PUTFIELD, SUPER, "left", "I");
        number(TranslatedProgram.NO_MATCH);
        out.visitInsn(IRETURN);
        out.visitLabel(giveUp);
        number(TranslatedProgram.GIVEN_UP);
        out.visitInsn(IRETURN);
    }

    private static int undoRegister(int register) {
        return TranslatedProgram.UNDO_CAPTURE - 1 - register;
    }

    /** Loads an int of the frame at the height. */
    private void frame(int offset) {
        out.visitVarInsn(ALOAD, STACK);
        load(HEIGHT);
        if (offset > 0) {
            number(offset);
            out.visitInsn(IADD);
        }
        out.visitInsn(IALOAD);
    }

    private Label place(int pc) {
        return places.computeIfAbsent(pc, added -> new Label());
    }

    /** The number of a way back to a label. */
    private int way(Label label) {
        int number = ways.indexOf(label);
        if (number < 0) {
            number = ways.size();
            ways.add(label);
        }
        return number;
    }

    private void number(int value) {
        if (value >= -1 && value <= 5) {
            out.visitInsn(ICONST_0 + value);
        } else if (value == (byte) value) {
            out.visitIntInsn(BIPUSH, value);
        } else if (value == (short) value) {
            out.visitIntInsn(SIPUSH, value);
        } else {
            out.visitLdcInsn(value);
        }
    }

    private void load(int variable) {
        out.visitVarInsn(ILOAD, variable);
    }

    private void jump(Label label) {
        out.visitJumpInsn(GOTO, label);
    }

    private void call(String owner, String name, String descriptor) {
        out.visitMethodInsn(INVOKESTATIC, owner, name, descriptor, false);
    }

    private void constant(String key, Object value) {
        int index = known.computeIfAbsent(key, added -> {
            constants.add(value);
            return constants.size() - 1;
        });
        out.visitFieldInsn(GETSTATIC, NAME, "c" + index, descriptor(index));
    }

    /** Loads a table of the dispatch. */
    private void table(int at) {
        constant("t" + at, Arrays.copyOfRange(program.dispatch(), at, at + Ahead.END + 1));
    }

    private void set(int at) {
        constant("s" + at, Arrays.copyOfRange(program.sets(), at, at + Ahead.END));
    }

    private void string(int index) {
        constant("l" + index, program.strings()[index]);
    }

    private void guard(int index) {
        if (index < 0) {
            out.visitInsn(ACONST_NULL);
        } else {
            string(index);
        }
    }

    /** Loads what a table says of the next character. */
    private void lookUp(int table) {
        table(table);
        out.visitVarInsn(ALOAD, TEXT);
        load(I);
        load(END);
        call(SUPER, "symbol", "([BII)I");
        out.visitInsn(BALOAD);
    }

    private void push(int what, Runnable a, Runnable b) {
        load(HEIGHT);
        number(TranslatedProgram.STACK - 3);
        out.visitJumpInsn(IF_ICMPGT, giveUp);
        out.visitVarInsn(ALOAD, STACK);
        load(HEIGHT);
        number(what);
        a.run();
        b.run();
        call(SUPER, "push", "([IIIII)I");
        out.visitVarInsn(ISTORE, HEIGHT);
    }

    /** Pushes a way back to a label, with the place in the text. */
    private void pushWay(Label label) {
        push(way(label), () -> load(I), () -> number(0));
    }

    private void setRegister(int register, Runnable value) {
        push(undoRegister(register), () -> load(REGISTERS + register), () -> number(0));
        value.run();
        out.visitVarInsn(ISTORE, REGISTERS + register);
    }

    private void countStep() {
        out.visitIincInsn(LEFT, -1);
        load(LEFT);
        out.visitJumpInsn(IFLT, giveUp);
    }

    /** Fails unless the next character is there. */
    private void wantCharacter() {
        load(I);
        load(END);
        out.visitJumpInsn(IF_ICMPGE, fail);
    }

    /** Loads a character, as a byte. */
    private void character(int offset) {
        out.visitVarInsn(ALOAD, TEXT);
        load(I);
        if (offset != 0) {
            number(offset);
            out.visitInsn(IADD);
        }
        out.visitInsn(BALOAD);
    }

    /** Loads whether a character is in a set. */
    private void isMember(int set, int offset) {
        set(set);
        character(offset);
        number(0xff);
        out.visitInsn(IAND);
        out.visitInsn(BALOAD);
    }

    /** Writes one operation and returns where the next one is. */
    private int operation(int pc) {
        switch (code[pc]) {
            case Op.MATCH -> {
                load(I);
                out.visitInsn(IRETURN);
                return pc + 1;
            }
            case Op.FAIL -> {
                jump(fail);
                return pc + 1;
            }
            case Op.CHAR -> {
                wantCharacter();
                character(0);
                number((byte) code[pc + 1]);
                out.visitJumpInsn(IF_ICMPNE, fail);
                out.visitIincInsn(I, 1);
                return pc + 2;
            }
            case Op.SET -> {
                wantCharacter();
                isMember(code[pc + 1], 0);
                out.visitJumpInsn(IFEQ, fail);
                out.visitIincInsn(I, 1);
                return pc + 2;
            }
            case Op.STRING -> {
                stands(code[pc + 1]);
                out.visitJumpInsn(IFEQ, fail);
                out.visitIincInsn(I, program.strings()[code[pc + 1]].length);
                return pc + 2;
            }
            case Op.NOT_STRING -> {
                stands(code[pc + 1]);
                out.visitJumpInsn(IFNE, fail);
                return pc + 2;
            }
            case Op.JUMP -> {
                jump(place(code[pc + 1]));
                return pc + 2;
            }
            case Op.SPLIT, Op.SPLIT_AGAIN -> {
                split(pc);
                return pc + 5;
            }
            case Op.BRANCH -> {
                branch(pc);
                return pc + 4;
            }
            case Op.NOTE -> {
                note(code[pc + 1]);
                return pc + 2;
            }
            case Op.CAPTURE -> {
                int capture = code[pc + 1];
                push(TranslatedProgram.UNDO_CAPTURE, () -> number(capture), () -> {
                    out.visitVarInsn(ALOAD, CAPTURES);
                    number(capture);
                    out.visitInsn(IALOAD);
                });
                note(capture);
                return pc + 2;
            }
            case Op.RUN -> {
                runOver(pc);
                return pc + Op.RUN_LENGTH;
            }
            case Op.LAZY_RUN -> {
                runLazily(pc);
                return pc + Op.RUN_LENGTH;
            }
            case Op.REFERENCE -> {
                out.visitVarInsn(ALOAD, 0);
                number(code[pc + 1]);
                number(code[pc + 2]);
                load(I);
                out.visitMethodInsn(INVOKEVIRTUAL, SUPER, "referenced", "(III)I", false);
                out.visitVarInsn(ISTORE, LOW);
                load(LOW);
                out.visitJumpInsn(IFLT, fail);
                takeSteps(() -> load(LOW), () -> number(0));
                load(I);
                load(LOW);
                out.visitInsn(IADD);
                out.visitVarInsn(ISTORE, I);
                return pc + 3;
            }
            case Op.UNLESS_GROUP -> {
                out.visitVarInsn(ALOAD, CAPTURES);
                number(code[pc + 1]);
                call(REFERENCES, "isSet", "([II)Z");
                out.visitJumpInsn(IFEQ, place(code[pc + 2]));
                return pc + 3;
            }
            case Op.ATOMIC -> {
                load(HEIGHT);
                out.visitVarInsn(ISTORE, REGISTERS + code[pc + 1]);
                return pc + 2;
            }
            case Op.ATOMIC_END -> {
                keepUndo(code[pc + 1]);
                return pc + 2;
            }
            case Op.LOOK, Op.NOT_LOOK -> {
                return look(pc);
            }
            case Op.LOOK_END -> {
                keepUndo(code[pc + 1]);
                load(REGISTERS + code[pc + 1] + 1);
                out.visitVarInsn(ISTORE, I);
                return pc + 2;
            }
            case Op.NOT_LOOK_END -> {
                // What registers within held does not matter outside.
                out.visitVarInsn(ALOAD, STACK);
                out.visitVarInsn(ALOAD, CAPTURES);
                load(REGISTERS + code[pc + 1]);
                load(HEIGHT);
                call(SUPER, "undoCaptures", "([I[III)V");
                load(REGISTERS + code[pc + 1]);
                out.visitVarInsn(ISTORE, HEIGHT);
                jump(fail);
                return pc + 2;
            }
            case Op.LOOP, Op.GREEDY, Op.POSSESSIVE, Op.LAZY, Op.LAZY_BODY -> {
                return loop(pc);
            }
            default -> {
                return assertion(pc);
            }
        }
    }

    private int assertion(int pc) {
        switch (code[pc]) {
            case Op.TEXT_START -> {
                load(I);
                load(BASE);
                out.visitJumpInsn(IF_ICMPNE, fail);
                return pc + 1;
            }
            case Op.TEXT_END -> {
                load(I);
                load(END);
                out.visitJumpInsn(IF_ICMPNE, fail);
                return pc + 1;
            }
            case Op.LINE_START -> {
                Label yes = new Label();
                load(I);
                load(BASE);
                out.visitJumpInsn(IF_ICMPEQ, yes);
                character(-1);
                number('\n');
                out.visitJumpInsn(IF_ICMPNE, fail);
                out.visitLabel(yes);
                return pc + 1;
            }
            case Op.LINE_END, Op.LAST_LINE_END -> {
                Label yes = new Label();
                load(I);
                load(END);
                out.visitJumpInsn(IF_ICMPEQ, yes);
                if (code[pc] == Op.LAST_LINE_END) {
                    load(I);
                    load(END);
                    number(1);
                    out.visitInsn(ISUB);
                    out.visitJumpInsn(IF_ICMPNE, fail);
                }
                character(0);
                number('\n');
                out.visitJumpInsn(IF_ICMPNE, fail);
                out.visitLabel(yes);
                return pc + 1;
            }
            case Op.AHEAD -> {
                wantCharacter();
                isMember(code[pc + 1], 0);
                out.visitJumpInsn(IFEQ, fail);
                return pc + 2;
            }
            case Op.NOT_AHEAD -> {
                Label none = new Label();
                load(I);
                load(END);
                out.visitJumpInsn(IF_ICMPGE, none);
                isMember(code[pc + 1], 0);
                out.visitJumpInsn(IFNE, fail);
                out.visitLabel(none);
                return pc + 2;
            }
            case Op.BEHIND -> {
                load(I);
                load(BASE);
                out.visitJumpInsn(IF_ICMPLE, fail);
                isMember(code[pc + 1], -1);
                out.visitJumpInsn(IFEQ, fail);
                return pc + 2;
            }
            case Op.NOT_BEHIND -> {
                Label none = new Label();
                load(I);
                load(BASE);
                out.visitJumpInsn(IF_ICMPLE, none);
                isMember(code[pc + 1], -1);
                out.visitJumpInsn(IFNE, fail);
                out.visitLabel(none);
                return pc + 2;
            }
            case Op.BOUNDARY -> {
                load(END);
                load(BASE);
                out.visitJumpInsn(IF_ICMPLE, fail);
                set(code[pc + 1]);
                out.visitVarInsn(ALOAD, TEXT);
                load(BASE);
                load(END);
                load(I);
                call(SUPER, "isBoundary", "([Z[BIII)Z");
                out.visitJumpInsn(code[pc + 2] != 0 ? IFEQ : IFNE, fail);
                return pc + 3;
            }
            default -> throw new IllegalStateException("no operation " + code[pc] + " at " + pc);
        }
    }

    /** Loads whether a string stands at the place. */
    private void stands(int string) {
        string(string);
        out.visitVarInsn(ALOAD, TEXT);
        load(I);
        load(END);
        call(RUNS, "stands", "([B[BII)Z");
    }

    private void note(int capture) {
        out.visitVarInsn(ALOAD, CAPTURES);
        number(capture);
        load(I);
        out.visitInsn(IASTORE);
    }

    private void keepUndo(int register) {
        out.visitVarInsn(ALOAD, STACK);
        load(REGISTERS + register);
        load(HEIGHT);
        call(SUPER, "keepUndo", "([III)I");
        out.visitVarInsn(ISTORE, HEIGHT);
    }

    /** Takes a step for every sixteen characters between two places. */
    private void takeSteps(Runnable to, Runnable from) {
        load(LEFT);
        to.run();
        from.run();
        out.visitInsn(ISUB);
        number(4);
        out.visitInsn(ISHR);
        out.visitInsn(ISUB);
        out.visitVarInsn(ISTORE, LEFT);
    }

    private void split(int pc) {
        if (code[pc] == Op.SPLIT_AGAIN) {
            countStep();
        }
        Label first = place(code[pc + 2]);
        Label second = place(code[pc + 3]);
        Label both = new Label();
        boolean[] has = new boolean[4];
        for (int symbol = 0; symbol <= Ahead.END; symbol++) {
            has[program.dispatch()[code[pc + 1] + symbol]] = true;
        }
        lookUp(code[pc + 1]);
        if (!has[3] && !has[0]) {
            number(1);
            out.visitJumpInsn(IF_ICMPNE, second);
            jump(first);
            return;
        }
        out.visitTableSwitchInsn(0, 3, fail, fail, first, second, both);
        out.visitLabel(both);
        pushWay(second);
        jump(first);
    }

    private void branch(int pc) {
        int table = code[pc + 1];
        int lists = 0;
        for (int symbol = 0; symbol <= Ahead.END; symbol++) {
            lists = Math.max(lists, program.dispatch()[table + symbol] & 0xff);
        }
        if (lists == 0) {
            jump(fail);
            return;
        }
        Label[] labels = new Label[lists];
        for (int list = 1; list <= lists; list++) {
            int alternative = program.alternatives()[code[pc + 3] + list];
            labels[list - 1] = alternativeFrom(alternative);
        }
        lookUp(table);
        number(0xff);
        out.visitInsn(IAND);
        out.visitTableSwitchInsn(1, lists, fail, labels);
    }

    /** Where the alternatives of a list are tried from one on. */
    private Label alternativeFrom(int alternative) {
        int[] alternatives = program.alternatives();
        if (alternatives[alternative + 1] < 0) {
            return place(alternatives[alternative]);
        }
        Label label = new Label();
        later.add(() -> {
            out.visitLabel(label);
            pushWay(alternativeFrom(alternative + 1));
            jump(place(alternatives[alternative]));
        });
        return label;
    }

    private void runOver(int pc) {
        int set = code[pc + 1];
        int min = code[pc + 2];
        int max = code[pc + 3];
        int follow = code[pc + 4];
        int guard = code[pc + 5];
        int stop = code[pc + 7];
        wantAtLeast(min);
        if (stop >= 0 && guard < 0) {
            number((byte) stop);
            out.visitVarInsn(ALOAD, TEXT);
            load(I);
            limit(max);
            call(RUNS, "until", "(B[BII)I");
        } else {
            endOfRun(set, guard, () -> limit(max));
        }
        out.visitVarInsn(ISTORE, HIGH);
        takeSteps(() -> load(HIGH), () -> load(I));
        low(min);
        if (min > 0) {
            load(HIGH);
            load(LOW);
            out.visitJumpInsn(IF_ICMPLT, fail);
        }
        if (follow < 0) {
            load(HIGH);
            out.visitVarInsn(ISTORE, I);
            return;
        }
        Label ways = new Label();
        Label after = new Label();
        out.visitLabel(ways);
        int string = stringBehind(pc);
        if (string >= 0) {
            string(string);
        } else {
            table(follow);
        }
        out.visitVarInsn(ALOAD, TEXT);
        load(END);
        load(LOW);
        load(HIGH);
        call(SUPER, string >= 0 ? "lastStanding" : "lastFollowed", "([B[BIII)I");
        out.visitVarInsn(ISTORE, I);
        load(I);
        out.visitJumpInsn(IFLT, fail);
        load(I);
        load(LOW);
        out.visitJumpInsn(IF_ICMPLE, after);
        Label resume = new Label();
        push(way(resume), () -> load(LOW), () -> {
            load(I);
            number(1);
            out.visitInsn(ISUB);
        });
        out.visitLabel(after);
        later.add(() -> {
            out.visitLabel(resume);
            load(I);
            out.visitVarInsn(ISTORE, LOW);
            frame(2);
            out.visitVarInsn(ISTORE, HIGH);
            jump(ways);
        });
    }

    /** The string that must stand behind a run; -1 where there is none. */
    private int stringBehind(int pc) {
        int next = pc + Op.RUN_LENGTH;
        while (code[next] == Op.NOTE) {
            next += 2;
        }
        return code[next] == Op.STRING ? code[next + 1] : -1;
    }

    private void runLazily(int pc) {
        int set = code[pc + 1];
        int min = code[pc + 2];
        int max = code[pc + 3];
        int guard = code[pc + 5];
        wantAtLeast(min);
        low(min);
        if (min > 0) {
            endOfRun(set, guard, () -> load(LOW));
            load(LOW);
            out.visitJumpInsn(IF_ICMPLT, fail);
        }
        limit(max);
        out.visitVarInsn(ISTORE, HIGH);
        Label ways = new Label();
        out.visitLabel(ways);
        table(code[pc + 4]);
        set(set);
        guard(guard);
        out.visitVarInsn(ALOAD, TEXT);
        load(LOW);
        load(HIGH);
        load(END);
        call(SUPER, "firstFollowed", "([B[Z[B[BIII)I");
        out.visitVarInsn(ISTORE, I);
        // Where it fails, the complement of the place is about as large.
        takeSteps(
                () -> {
                    load(I);
                    load(I);
                    number(31);
                    out.visitInsn(ISHR);
                    out.visitInsn(IXOR);
                },
                () -> load(LOW));
        load(I);
        out.visitJumpInsn(IFLT, fail);
        Label resume = new Label();
        push(way(resume), () -> load(I), () -> load(HIGH));
        later.add(() -> {
            out.visitLabel(resume);
            frame(2);
            out.visitVarInsn(ISTORE, HIGH);
            set(set);
            guard(guard);
            out.visitVarInsn(ALOAD, TEXT);
            load(I);
            load(HIGH);
            load(END);
            call(SUPER, "isIn", "([Z[B[BIII)Z");
            out.visitJumpInsn(IFEQ, fail);
            load(I);
            number(1);
            out.visitInsn(IADD);
            out.visitVarInsn(ISTORE, LOW);
            jump(ways);
        });
    }

    private void wantAtLeast(int min) {
        if (min > 0) {
            load(END);
            load(I);
            out.visitInsn(ISUB);
            number(min);
            out.visitJumpInsn(IF_ICMPLT, fail);
        }
    }

    /** Sets LOW to where a run may end first. */
    private void low(int min) {
        load(I);
        if (min > 0) {
            number(min);
            out.visitInsn(IADD);
        }
        out.visitVarInsn(ISTORE, LOW);
    }

    /** Loads where a run must end. */
    private void limit(int max) {
        if (max == Node.UNBOUNDED) {
            load(END);
            return;
        }
        load(I);
        number(max);
        load(END);
        call(SUPER, "limit", "(III)I");
    }

    private void endOfRun(int set, int guard, Runnable limit) {
        set(set);
        number(0);
        out.visitVarInsn(ALOAD, TEXT);
        load(I);
        limit.run();
        guard(guard);
        load(END);
        call(RUNS, "end", "([ZI[BII[BI)I");
    }

    private int look(int pc) {
        int register = REGISTERS + code[pc + 1];
        load(HEIGHT);
        out.visitVarInsn(ISTORE, register);
        load(I);
        out.visitVarInsn(ISTORE, register + 1);
        boolean negative = code[pc] == Op.NOT_LOOK;
        if (negative) {
            pushWay(place(code[pc + 3]));
        }
        if (code[pc + 2] > 0) {
            load(I);
            number(code[pc + 2]);
            out.visitInsn(ISUB);
            out.visitVarInsn(ISTORE, I);
            load(I);
            load(BASE);
            out.visitJumpInsn(IF_ICMPLT, fail);
        }
        return pc + (negative ? 4 : 3);
    }

    /** A loop that counts: its registers are the count, where its last round began, and the stack's height then. */
    private int loop(int pc) {
        int register = code[pc + 1];
        Runnable count = () -> load(LOW);
        switch (code[pc]) {
            case Op.LOOP -> {
                setRegister(register, () -> number(-1));
                setRegister(register + 1, () -> number(-1));
                return pc + 2;
            }
            case Op.GREEDY, Op.POSSESSIVE -> {
                Label enough = new Label();
                Label body = place(pc + 5);
                Label after = place(code[pc + 4]);
                countStep();
                load(HEIGHT);
                out.visitVarInsn(ISTORE, REGISTERS + register + 2);
                nextCount(register);
                load(LOW);
                number(code[pc + 2]);
                out.visitJumpInsn(IF_ICMPGE, enough);
                setRegister(register, count);
                jump(body);
                out.visitLabel(enough);
                unlessMoreAllowed(register, code[pc + 3], after);
                pushWay(after);
                setRegister(register, count);
                setRegister(register + 1, () -> load(I));
                return pc + 5;
            }
            case Op.LAZY -> {
                Label enough = new Label();
                countStep();
                nextCount(register);
                load(LOW);
                number(code[pc + 2]);
                out.visitJumpInsn(IF_ICMPGE, enough);
                setRegister(register, count);
                jump(place(pc + 8));
                out.visitLabel(enough);
                pushWay(place(pc + 5));
                jump(place(code[pc + 4]));
                return pc + 5;
            }
            default -> {
                nextCount(register);
                unlessMoreAllowed(register, code[pc + 2], fail);
                setRegister(register, count);
                setRegister(register + 1, () -> load(I));
                return pc + 3;
            }
        }
    }

    private void nextCount(int register) {
        load(REGISTERS + register);
        number(1);
        out.visitInsn(IADD);
        out.visitVarInsn(ISTORE, LOW);
    }

    /** Goes elsewhere where a loop has had its rounds, or its last one was empty. */
    private void unlessMoreAllowed(int register, int max, Label otherwise) {
        if (max != Node.UNBOUNDED) {
            load(LOW);
            number(max);
            out.visitJumpInsn(IF_ICMPGE, otherwise);
        }
        load(I);
        load(REGISTERS + register + 1);
        out.visitJumpInsn(IF_ICMPEQ, otherwise);
    }
}
