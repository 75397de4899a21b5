package org.fleetban.engine.regex;

import static org.fleetban.engine.regex.TranslatedCode.*;
import static org.objectweb.asm.Opcodes.*;

import org.fleetban.engine.regex.Program.Op;
import org.objectweb.asm.Label;

/** Translates what takes no characters. */
final class AssertionTranslator {

    private final int[] code;
    private final TranslatedCode out;

    AssertionTranslator(Program program, TranslatedCode out) {
        this.code = program.code();
        this.out = out;
    }

    int assertion(int pc) {
        switch (code[pc]) {
            case Op.TEXT_START -> {
                out.load(I);
                out.load(BASE);
                out.visitJumpInsn(IF_ICMPNE, out.fail);
                return pc + 1;
            }
            case Op.TEXT_END -> {
                out.load(I);
                out.load(END);
                out.visitJumpInsn(IF_ICMPNE, out.fail);
                return pc + 1;
            }
            case Op.LINE_START -> {
                Label yes = new Label();
                out.load(I);
                out.load(BASE);
                out.visitJumpInsn(IF_ICMPEQ, yes);
                out.character(-1);
                out.number('\n');
                out.visitJumpInsn(IF_ICMPNE, out.fail);
                out.visitLabel(yes);
                return pc + 1;
            }
            case Op.LINE_END, Op.LAST_LINE_END -> {
                Label yes = new Label();
                out.load(I);
                out.load(END);
                out.visitJumpInsn(IF_ICMPEQ, yes);
                if (code[pc] == Op.LAST_LINE_END) {
                    out.load(I);
                    out.load(END);
                    out.number(1);
                    out.visitInsn(ISUB);
                    out.visitJumpInsn(IF_ICMPNE, out.fail);
                }
                out.character(0);
                out.number('\n');
                out.visitJumpInsn(IF_ICMPNE, out.fail);
                out.visitLabel(yes);
                return pc + 1;
            }
            case Op.AHEAD -> {
                out.wantCharacter();
                out.isMember(code[pc + 1], 0);
                out.visitJumpInsn(IFEQ, out.fail);
                return pc + 2;
            }
            case Op.NOT_AHEAD -> {
                Label none = new Label();
                out.load(I);
                out.load(END);
                out.visitJumpInsn(IF_ICMPGE, none);
                out.isMember(code[pc + 1], 0);
                out.visitJumpInsn(IFNE, out.fail);
                out.visitLabel(none);
                return pc + 2;
            }
            case Op.BEHIND -> {
                out.load(I);
                out.load(BASE);
                out.visitJumpInsn(IF_ICMPLE, out.fail);
                out.isMember(code[pc + 1], -1);
                out.visitJumpInsn(IFEQ, out.fail);
                return pc + 2;
            }
            case Op.NOT_BEHIND -> {
                Label none = new Label();
                out.load(I);
                out.load(BASE);
                out.visitJumpInsn(IF_ICMPLE, none);
                out.isMember(code[pc + 1], -1);
                out.visitJumpInsn(IFNE, out.fail);
                out.visitLabel(none);
                return pc + 2;
            }
            case Op.BOUNDARY -> {
                out.load(END);
                out.load(BASE);
                out.visitJumpInsn(IF_ICMPLE, out.fail);
                out.set(code[pc + 1]);
                out.visitVarInsn(ALOAD, TEXT);
                out.load(BASE);
                out.load(END);
                out.load(I);
                out.call(SUPER, "isBoundary", "([Z[BIII)Z");
                out.visitJumpInsn(code[pc + 2] != 0 ? IFEQ : IFNE, out.fail);
                return pc + 3;
            }
            default -> throw new IllegalStateException("no operation " + code[pc] + " at " + pc);
        }
    }

    int look(int pc) {
        int register = REGISTERS + code[pc + 1];
        out.load(HEIGHT);
        out.visitVarInsn(ISTORE, register);
        out.load(I);
        out.visitVarInsn(ISTORE, register + 1);
        boolean negative = code[pc] == Op.NOT_LOOK;
        if (negative) {
            out.pushWay(out.place(code[pc + 3]));
        }
        if (code[pc + 2] > 0) {
            out.load(I);
            out.number(code[pc + 2]);
            out.visitInsn(ISUB);
            out.visitVarInsn(ISTORE, I);
            out.load(I);
            out.load(BASE);
            out.visitJumpInsn(IF_ICMPLT, out.fail);
        }
        return pc + (negative ? 4 : 3);
    }
}
