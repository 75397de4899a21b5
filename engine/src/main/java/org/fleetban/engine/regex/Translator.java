package org.fleetban.engine.regex;

import static org.fleetban.engine.regex.TranslatedCode.*;
import static org.objectweb.asm.Opcodes.*;

import org.fleetban.engine.regex.Program.Op;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;

/** Translates a {@link Program} to a class, operation by operation; places of the program become labels. */
final class Translator {

    /** Larger methods are never compiled by HotSpot ({@code -XX:+DontCompileHugeMethods}). */
    private static final int MAX_CODE = 8000;

    private final Program program;
    private final int[] code;
    private final TranslatedClass type = new TranslatedClass();
    private final TranslatedCode out;
    private final ChoiceTranslator choices;
    private final RunTranslator runs;
    private final LoopTranslator loops;
    private final AssertionTranslator assertions;

    private Translator(Program program) {
        this.program = program;
        this.code = program.code();
        this.out = new TranslatedCode(type, program);
        this.choices = new ChoiceTranslator(program, out);
        this.runs = new RunTranslator(program, out);
        this.loops = new LoopTranslator(program, out);
        this.assertions = new AssertionTranslator(program, out);
    }

    /** Translates a program; null if it is too large. */
    static TranslatedClass.@Nullable Translation translate(Program program) {
        return program.code().length > MAX_CODE ? null : new Translator(program).translate();
    }

    private TranslatedClass.@Nullable Translation translate() {
        return run().getOffset() > MAX_CODE ? null : type.finish(program);
    }

    private Label run() {
        out.visitCode();
        out.field(CAPTURES, "captures", "[I");
        out.field(STACK, "stack", "[I");
        out.field(LEFT, "left", "I");
        for (int variable = LOW; variable < REGISTERS + program.registers(); variable++) {
            out.number(0);
            out.visitVarInsn(ISTORE, variable);
        }
        Label noMatch = new Label();
        out.ways.add(noMatch);
        out.number(0);
        out.visitVarInsn(ISTORE, HEIGHT);
        out.push(TranslatedProgram.BOTTOM, () -> out.load(I), () -> out.number(0));
        for (int pc = 0; pc < code.length; ) {
            out.visitLabel(out.place(pc));
            pc = operation(pc);
        }
        for (int i = 0; i < out.later.size(); i++) {
            out.later.get(i).run();
        }
        out.failures(noMatch);
        Label end = new Label();
        out.visitLabel(end);
        out.visitMaxs(0, 0);
        out.visitEnd();
        return end;
    }

    /** Writes one operation and returns where the next one is. */
    private int operation(int pc) {
        switch (code[pc]) {
            case Op.MATCH -> {
                out.load(I);
                out.visitInsn(IRETURN);
                return pc + 1;
            }
            case Op.FAIL -> {
                out.jump(out.fail);
                return pc + 1;
            }
            case Op.CHAR -> {
                out.wantCharacter();
                out.character(0);
                out.number((byte) code[pc + 1]);
                out.visitJumpInsn(IF_ICMPNE, out.fail);
                out.visitIincInsn(I, 1);
                return pc + 2;
            }
            case Op.SET -> {
                out.wantCharacter();
                out.isMember(code[pc + 1], 0);
                out.visitJumpInsn(IFEQ, out.fail);
                out.visitIincInsn(I, 1);
                return pc + 2;
            }
            case Op.STRING -> {
                out.stands(code[pc + 1]);
                out.visitJumpInsn(IFEQ, out.fail);
                out.visitIincInsn(I, program.strings()[code[pc + 1]].length);
                return pc + 2;
            }
            case Op.NOT_STRING -> {
                out.stands(code[pc + 1]);
                out.visitJumpInsn(IFNE, out.fail);
                return pc + 2;
            }
            case Op.NEEDS -> {
                // Where that is too much, the Machine begins anew with all of its steps: nothing needs to be kept in
                // reserve.
                out.takeSteps(() -> out.load(END), () -> out.load(I));
                out.string(code[pc + 1]);
                out.visitVarInsn(ALOAD, TEXT);
                out.load(I);
                out.load(END);
                out.call(RUNS, "find", "([B[BII)I");
                out.visitJumpInsn(IFLT, out.fail);
                return pc + 2;
            }
            case Op.JUMP -> {
                out.jump(out.place(code[pc + 1]));
                return pc + 2;
            }
            case Op.SPLIT, Op.SPLIT_AGAIN -> {
                choices.split(pc);
                return pc + 5;
            }
            case Op.BRANCH -> {
                choices.branch(pc);
                return pc + 4;
            }
            case Op.NOTE -> {
                out.note(code[pc + 1]);
                return pc + 2;
            }
            case Op.CAPTURE -> {
                int capture = code[pc + 1];
                out.push(TranslatedProgram.UNDO_CAPTURE, () -> out.number(capture), () -> {
                    out.visitVarInsn(ALOAD, CAPTURES);
                    out.number(capture);
                    out.visitInsn(IALOAD);
                });
                out.note(capture);
                return pc + 2;
            }
            case Op.RUN -> {
                runs.runOver(pc);
                return pc + Op.RUN_LENGTH;
            }
            case Op.LAZY_RUN -> {
                runs.runLazily(pc);
                return pc + Op.RUN_LENGTH;
            }
            case Op.REFERENCE -> {
                out.visitVarInsn(ALOAD, CAPTURES);
                out.number(code[pc + 1]);
                out.call(REFERENCES, "length", "([II)I");
                out.visitVarInsn(ISTORE, LOW);
                out.load(LOW);
                out.visitJumpInsn(IFLT, out.fail);
                // Paid for before it is compared: a text that differs at its end costs as much.
                out.takeSteps(() -> out.load(LOW), () -> out.number(0));
                out.visitVarInsn(ALOAD, 0);
                out.number(code[pc + 1]);
                out.number(code[pc + 2]);
                out.load(I);
                out.visitMethodInsn(INVOKEVIRTUAL, SUPER, "referenced", "(III)Z", false);
                out.visitJumpInsn(IFEQ, out.fail);
                out.load(I);
                out.load(LOW);
                out.visitInsn(IADD);
                out.visitVarInsn(ISTORE, I);
                return pc + 3;
            }
            case Op.UNLESS_GROUP -> {
                out.visitVarInsn(ALOAD, CAPTURES);
                out.number(code[pc + 1]);
                out.call(REFERENCES, "isSet", "([II)Z");
                out.visitJumpInsn(IFEQ, out.place(code[pc + 2]));
                return pc + 3;
            }
            case Op.ATOMIC -> {
                out.load(HEIGHT);
                out.visitVarInsn(ISTORE, REGISTERS + code[pc + 1]);
                return pc + 2;
            }
            case Op.ATOMIC_END -> {
                out.keepUndo(code[pc + 1]);
                return pc + 2;
            }
            case Op.LOOK, Op.NOT_LOOK -> {
                return assertions.look(pc);
            }
            case Op.LOOK_END -> {
                out.keepUndo(code[pc + 1]);
                out.load(REGISTERS + code[pc + 1] + 1);
                out.visitVarInsn(ISTORE, I);
                return pc + 2;
            }
            case Op.NOT_LOOK_END -> {
                // What registers within held does not matter outside.
                out.visitVarInsn(ALOAD, STACK);
                out.visitVarInsn(ALOAD, CAPTURES);
                out.load(REGISTERS + code[pc + 1]);
                out.load(HEIGHT);
                out.call(SUPER, "undoCaptures", "([I[III)V");
                out.load(REGISTERS + code[pc + 1]);
                out.visitVarInsn(ISTORE, HEIGHT);
                out.jump(out.fail);
                return pc + 2;
            }
            case Op.LOOP, Op.GREEDY, Op.POSSESSIVE, Op.LAZY, Op.LAZY_BODY -> {
                return loops.loop(pc);
            }
            default -> {
                return assertions.assertion(pc);
            }
        }
    }
}
