package org.fleetban.engine.regex;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the code of a {@link TranslatedProgram}: what all operations are made of. A way back is a frame on the stack with the
 * number of the label to go on at, and whatever fails jumps to the one place that takes the last frame.
 */
final class TranslatedCode extends MethodVisitor {

    static final String SUPER = Type.getInternalName(TranslatedProgram.class);
    static final String RUNS = Type.getInternalName(Runs.class);
    static final String REFERENCES = Type.getInternalName(References.class);

    // Local variables.
    static final int TEXT = 1;
    static final int BASE = 2;
    static final int END = 3;
    static final int I = 4;
    static final int CAPTURES = 5;
    static final int STACK = 6;
    static final int HEIGHT = 7;
    static final int LEFT = 8;
    static final int LOW = 9;
    static final int HIGH = 10;
    static final int REGISTERS = 11;

    private final TranslatedClass type;
    private final Program program;
    private final Map<Integer, Label> places = new HashMap<>();

    /** Where frames go on at, by their number. */
    final List<Label> ways = new ArrayList<>();

    final Label fail = new Label();
    final Label back = new Label();
    final Label giveUp = new Label();

    /** Code that is written behind the operations. */
    final List<Runnable> later = new ArrayList<>();

    TranslatedCode(TranslatedClass type, Program program) {
        super(Opcodes.ASM9, type.newRun());
        this.type = type;
        this.program = program;
    }

    void field(int variable, String name, String descriptor) {
        visitVarInsn(ALOAD, 0);
        visitFieldInsn(GETFIELD, SUPER, name, descriptor);
        visitVarInsn(descriptor.startsWith("[") ? ASTORE : ISTORE, variable);
    }

    /** Takes the last way back. */
    void failures(Label noMatch) {
        visitLabel(fail);
        visitIincInsn(LEFT, -1);
        load(LEFT);
        visitJumpInsn(IFLT, giveUp);
        visitLabel(back);
        visitIincInsn(HEIGHT, -3);
        frame(1);
        visitVarInsn(ISTORE, I);
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
        visitTableSwitchInsn(lowest, ways.size() - 1, giveUp, labels);
        for (int register = 0; register < undoRegisters.length; register++) {
            visitLabel(undoRegisters[register]);
            load(I);
            visitVarInsn(ISTORE, REGISTERS + register);
            jump(back);
        }
        visitLabel(undoCapture);
        visitVarInsn(ALOAD, CAPTURES);
        load(I);
        frame(2);
        visitInsn(IASTORE);
        jump(back);
        visitLabel(noMatch);
        visitVarInsn(ALOAD, 0);
        load(LEFT);
        visitFieldInsn(PUTFIELD, SUPER, "left", "I");
        number(TranslatedProgram.NO_MATCH);
        visitInsn(IRETURN);
        visitLabel(giveUp);
        number(TranslatedProgram.GIVEN_UP);
        visitInsn(IRETURN);
    }

    static int undoRegister(int register) {
        return TranslatedProgram.UNDO_CAPTURE - 1 - register;
    }

    /** Loads an int of the frame at the height. */
    void frame(int offset) {
        visitVarInsn(ALOAD, STACK);
        load(HEIGHT);
        if (offset > 0) {
            number(offset);
            visitInsn(IADD);
        }
        visitInsn(IALOAD);
    }

    Label place(int pc) {
        return places.computeIfAbsent(pc, added -> new Label());
    }

    /** The number of a way back to a label. */
    int way(Label label) {
        int number = ways.indexOf(label);
        if (number < 0) {
            number = ways.size();
            ways.add(label);
        }
        return number;
    }

    void number(int value) {
        if (value >= -1 && value <= 5) {
            visitInsn(ICONST_0 + value);
        } else if (value == (byte) value) {
            visitIntInsn(BIPUSH, value);
        } else if (value == (short) value) {
            visitIntInsn(SIPUSH, value);
        } else {
            visitLdcInsn(value);
        }
    }

    void load(int variable) {
        visitVarInsn(ILOAD, variable);
    }

    void jump(Label label) {
        visitJumpInsn(GOTO, label);
    }

    void call(String owner, String name, String descriptor) {
        visitMethodInsn(INVOKESTATIC, owner, name, descriptor, false);
    }

    /** Loads a table of the dispatch. */
    void table(int at) {
        type.load(this, "t" + at, Arrays.copyOfRange(program.dispatch(), at, at + Ahead.END + 1));
    }

    void set(int at) {
        type.load(this, "s" + at, Arrays.copyOfRange(program.sets(), at, at + Ahead.END));
    }

    void string(int index) {
        type.load(this, "l" + index, program.strings()[index]);
    }

    void guard(int index) {
        if (index < 0) {
            visitInsn(ACONST_NULL);
        } else {
            string(index);
        }
    }

    /** Loads what a table says of the next character. */
    void lookUp(int table) {
        table(table);
        visitVarInsn(ALOAD, TEXT);
        load(I);
        load(END);
        call(SUPER, "symbol", "([BII)I");
        visitInsn(BALOAD);
    }

    void push(int what, Runnable a, Runnable b) {
        load(HEIGHT);
        number(TranslatedProgram.STACK - 3);
        visitJumpInsn(IF_ICMPGT, giveUp);
        visitVarInsn(ALOAD, STACK);
        load(HEIGHT);
        number(what);
        a.run();
        b.run();
        call(SUPER, "push", "([IIIII)I");
        visitVarInsn(ISTORE, HEIGHT);
    }

    /** Pushes a way back to a label, with the place in the text. */
    void pushWay(Label label) {
        push(way(label), () -> load(I), () -> number(0));
    }

    void setRegister(int register, Runnable value) {
        push(undoRegister(register), () -> load(REGISTERS + register), () -> number(0));
        value.run();
        visitVarInsn(ISTORE, REGISTERS + register);
    }

    void countStep() {
        visitIincInsn(LEFT, -1);
        load(LEFT);
        visitJumpInsn(IFLT, giveUp);
    }

    /** Fails unless the next character is there. */
    void wantCharacter() {
        load(I);
        load(END);
        visitJumpInsn(IF_ICMPGE, fail);
    }

    /** Loads a character, as a byte. */
    void character(int offset) {
        visitVarInsn(ALOAD, TEXT);
        load(I);
        if (offset != 0) {
            number(offset);
            visitInsn(IADD);
        }
        visitInsn(BALOAD);
    }

    /** Loads whether a character is in a set. */
    void isMember(int set, int offset) {
        set(set);
        character(offset);
        number(0xff);
        visitInsn(IAND);
        visitInsn(BALOAD);
    }

    /** Loads whether a string stands at the place. */
    void stands(int string) {
        string(string);
        visitVarInsn(ALOAD, TEXT);
        load(I);
        load(END);
        call(RUNS, "stands", "([B[BII)Z");
    }

    void note(int capture) {
        visitVarInsn(ALOAD, CAPTURES);
        number(capture);
        load(I);
        visitInsn(IASTORE);
    }

    void keepUndo(int register) {
        visitVarInsn(ALOAD, STACK);
        load(REGISTERS + register);
        load(HEIGHT);
        call(SUPER, "keepUndo", "([III)I");
        visitVarInsn(ISTORE, HEIGHT);
    }

    /** Takes a step for every sixteen characters between two places. */
    void takeSteps(Runnable to, Runnable from) {
        load(LEFT);
        to.run();
        from.run();
        visitInsn(ISUB);
        number(4);
        visitInsn(ISHR);
        visitInsn(ISUB);
        visitVarInsn(ISTORE, LEFT);
    }
}
