package org.fleetban.engine.regex;

import static org.fleetban.engine.regex.TranslatedCode.*;
import static org.objectweb.asm.Opcodes.*;

import org.fleetban.engine.regex.Program.Op;
import org.objectweb.asm.Label;

/** Translates loops that count: their registers are the count, where the last round began, and the stack's height then. */
final class LoopTranslator {

    private final int[] code;
    private final TranslatedCode out;

    LoopTranslator(Program program, TranslatedCode out) {
        this.code = program.code();
        this.out = out;
    }

    /** Writes one operation of a loop and returns where the next one is. */
    int loop(int pc) {
        int register = code[pc + 1];
        Runnable count = () -> out.load(LOW);
        switch (code[pc]) {
            case Op.LOOP -> {
                out.setRegister(register, () -> out.number(-1));
                out.setRegister(register + 1, () -> out.number(-1));
                return pc + 2;
            }
            case Op.GREEDY, Op.POSSESSIVE -> {
                Label enough = new Label();
                Label body = out.place(pc + 5);
                Label after = out.place(code[pc + 4]);
                out.countStep();
                out.load(HEIGHT);
                out.visitVarInsn(ISTORE, REGISTERS + register + 2);
                nextCount(register);
                out.load(LOW);
                out.number(code[pc + 2]);
                out.visitJumpInsn(IF_ICMPGE, enough);
                out.setRegister(register, count);
                out.jump(body);
                out.visitLabel(enough);
                unlessMoreAllowed(register, code[pc + 3], after);
                out.pushWay(after);
                out.setRegister(register, count);
                out.setRegister(register + 1, () -> out.load(I));
                return pc + 5;
            }
            case Op.LAZY -> {
                Label enough = new Label();
                out.countStep();
                nextCount(register);
                out.load(LOW);
                out.number(code[pc + 2]);
                out.visitJumpInsn(IF_ICMPGE, enough);
                out.setRegister(register, count);
                out.jump(out.place(pc + 8));
                out.visitLabel(enough);
                out.pushWay(out.place(pc + 5));
                out.jump(out.place(code[pc + 4]));
                return pc + 5;
            }
            default -> {
                nextCount(register);
                unlessMoreAllowed(register, code[pc + 2], out.fail);
                out.setRegister(register, count);
                out.setRegister(register + 1, () -> out.load(I));
                return pc + 3;
            }
        }
    }

    private void nextCount(int register) {
        out.load(REGISTERS + register);
        out.number(1);
        out.visitInsn(IADD);
        out.visitVarInsn(ISTORE, LOW);
    }

    /** Goes elsewhere where a loop has had its rounds, or its last one was empty. */
    private void unlessMoreAllowed(int register, int max, Label otherwise) {
        if (max != Node.UNBOUNDED) {
            out.load(LOW);
            out.number(max);
            out.visitJumpInsn(IF_ICMPGE, otherwise);
        }
        out.load(I);
        out.load(REGISTERS + register + 1);
        out.visitJumpInsn(IF_ICMPEQ, otherwise);
    }
}
