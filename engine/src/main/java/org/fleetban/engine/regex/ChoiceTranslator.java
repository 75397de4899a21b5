package org.fleetban.engine.regex;

import static org.fleetban.engine.regex.TranslatedCode.*;
import static org.objectweb.asm.Opcodes.*;

import org.fleetban.engine.regex.Program.Op;
import org.objectweb.asm.Label;

/** Translates choices between ways. */
final class ChoiceTranslator {

    private final Program program;
    private final int[] code;
    private final TranslatedCode out;

    ChoiceTranslator(Program program, TranslatedCode out) {
        this.program = program;
        this.code = program.code();
        this.out = out;
    }

    void split(int pc) {
        if (code[pc] == Op.SPLIT_AGAIN) {
            out.countStep();
        }
        Label first = out.place(code[pc + 2]);
        Label second = out.place(code[pc + 3]);
        Label both = new Label();
        boolean[] has = new boolean[4];
        for (int symbol = 0; symbol <= Ahead.END; symbol++) {
            has[program.dispatch()[code[pc + 1] + symbol]] = true;
        }
        out.lookUp(code[pc + 1]);
        if (!has[3] && !has[0]) {
            out.number(1);
            out.visitJumpInsn(IF_ICMPNE, second);
            out.jump(first);
            return;
        }
        out.visitTableSwitchInsn(0, 3, out.fail, out.fail, first, second, both);
        out.visitLabel(both);
        unlessStanding(code[pc + 2], second);
        out.pushWay(second);
        out.jump(first);
    }

    /** Goes elsewhere at once where a way begins with a string that does not stand there: no way back is needed. */
    private void unlessStanding(int way, Label otherwise) {
        int at = way;
        while (code[at] == Op.NOTE || code[at] == Op.CAPTURE) {
            at += 2;
        }
        if (code[at] == Op.STRING) {
            out.stands(code[at + 1]);
            out.visitJumpInsn(IFEQ, otherwise);
        }
    }

    void branch(int pc) {
        int table = code[pc + 1];
        int lists = 0;
        for (int symbol = 0; symbol <= Ahead.END; symbol++) {
            lists = Math.max(lists, program.dispatch()[table + symbol] & 0xff);
        }
        if (lists == 0) {
            out.jump(out.fail);
            return;
        }
        Label[] labels = new Label[lists];
        for (int list = 1; list <= lists; list++) {
            int alternative = program.alternatives()[code[pc + 3] + list];
            labels[list - 1] = alternativeFrom(alternative);
        }
        out.lookUp(table);
        out.number(0xff);
        out.visitInsn(IAND);
        out.visitTableSwitchInsn(1, lists, out.fail, labels);
    }

    /** Where the alternatives of a list are tried from one on. */
    private Label alternativeFrom(int alternative) {
        int[] alternatives = program.alternatives();
        if (alternatives[alternative + 1] < 0) {
            return out.place(alternatives[alternative]);
        }
        Label label = new Label();
        out.later.add(() -> {
            out.visitLabel(label);
            Label next = alternativeFrom(alternative + 1);
            unlessStanding(alternatives[alternative], next);
            out.pushWay(next);
            out.jump(out.place(alternatives[alternative]));
        });
        return label;
    }
}
