package org.fleetban.engine.regex;

import static org.fleetban.engine.regex.TranslatedCode.*;
import static org.objectweb.asm.Opcodes.*;

import org.fleetban.engine.regex.Program.Op;
import org.objectweb.asm.Label;

/** Translates runs over the characters of a set. */
final class RunTranslator {

    private final int[] code;
    private final TranslatedCode out;

    RunTranslator(Program program, TranslatedCode out) {
        this.code = program.code();
        this.out = out;
    }

    void runOver(int pc) {
        int set = code[pc + 1];
        int min = code[pc + 2];
        int max = code[pc + 3];
        int follow = code[pc + 4];
        int guard = code[pc + 5];
        int stop = code[pc + 7];
        wantAtLeast(min);
        if (stop >= 0 && guard < 0) {
            out.number((byte) stop);
            out.visitVarInsn(ALOAD, TEXT);
            out.load(I);
            limit(max);
            out.call(RUNS, "until", "(B[BII)I");
        } else {
            endOfRun(set, guard, () -> limit(max));
        }
        out.visitVarInsn(ISTORE, HIGH);
        out.takeSteps(() -> out.load(HIGH), () -> out.load(I));
        low(min);
        if (min > 0) {
            out.load(HIGH);
            out.load(LOW);
            out.visitJumpInsn(IF_ICMPLT, out.fail);
        }
        if (follow < 0) {
            out.load(HIGH);
            out.visitVarInsn(ISTORE, I);
            return;
        }
        Label ways = new Label();
        Label after = new Label();
        out.visitLabel(ways);
        int string = stringBehind(pc);
        if (string >= 0) {
            out.string(string);
        } else {
            out.table(follow);
        }
        out.visitVarInsn(ALOAD, TEXT);
        out.load(END);
        out.load(LOW);
        out.load(HIGH);
        out.call(SUPER, string >= 0 ? "lastStanding" : "lastFollowed", "([B[BIII)I");
        out.visitVarInsn(ISTORE, I);
        out.load(I);
        out.visitJumpInsn(IFLT, out.fail);
        out.load(I);
        out.load(LOW);
        out.visitJumpInsn(IF_ICMPLE, after);
        Label resume = new Label();
        out.push(out.way(resume), () -> out.load(LOW), () -> {
            out.load(I);
            out.number(1);
            out.visitInsn(ISUB);
        });
        out.visitLabel(after);
        out.later.add(() -> {
            out.visitLabel(resume);
            out.load(I);
            out.visitVarInsn(ISTORE, LOW);
            out.frame(2);
            out.visitVarInsn(ISTORE, HIGH);
            out.jump(ways);
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

    void runLazily(int pc) {
        int set = code[pc + 1];
        int min = code[pc + 2];
        int max = code[pc + 3];
        int guard = code[pc + 5];
        wantAtLeast(min);
        low(min);
        if (min > 0) {
            endOfRun(set, guard, () -> out.load(LOW));
            out.load(LOW);
            out.visitJumpInsn(IF_ICMPLT, out.fail);
        }
        limit(max);
        out.visitVarInsn(ISTORE, HIGH);
        Label ways = new Label();
        out.visitLabel(ways);
        out.table(code[pc + 4]);
        out.set(set);
        out.guard(guard);
        out.visitVarInsn(ALOAD, TEXT);
        out.load(LOW);
        out.load(HIGH);
        out.load(END);
        out.call(SUPER, "firstFollowed", "([B[Z[B[BIII)I");
        out.visitVarInsn(ISTORE, I);
        // Where it fails, the complement of the place is about as large.
        out.takeSteps(
                () -> {
                    out.load(I);
                    out.load(I);
                    out.number(31);
                    out.visitInsn(ISHR);
                    out.visitInsn(IXOR);
                },
                () -> out.load(LOW));
        out.load(I);
        out.visitJumpInsn(IFLT, out.fail);
        Label resume = new Label();
        out.push(out.way(resume), () -> out.load(I), () -> out.load(HIGH));
        out.later.add(() -> {
            out.visitLabel(resume);
            out.frame(2);
            out.visitVarInsn(ISTORE, HIGH);
            out.set(set);
            out.guard(guard);
            out.visitVarInsn(ALOAD, TEXT);
            out.load(I);
            out.load(HIGH);
            out.load(END);
            out.call(SUPER, "isIn", "([Z[B[BIII)Z");
            out.visitJumpInsn(IFEQ, out.fail);
            out.load(I);
            out.number(1);
            out.visitInsn(IADD);
            out.visitVarInsn(ISTORE, LOW);
            out.jump(ways);
        });
    }

    private void wantAtLeast(int min) {
        if (min > 0) {
            out.load(END);
            out.load(I);
            out.visitInsn(ISUB);
            out.number(min);
            out.visitJumpInsn(IF_ICMPLT, out.fail);
        }
    }

    /** Sets LOW to where a run may end first. */
    private void low(int min) {
        out.load(I);
        if (min > 0) {
            out.number(min);
            out.visitInsn(IADD);
        }
        out.visitVarInsn(ISTORE, LOW);
    }

    /** Loads where a run must end. */
    private void limit(int max) {
        if (max == Node.UNBOUNDED) {
            out.load(END);
            return;
        }
        out.load(I);
        out.number(max);
        out.load(END);
        out.call(SUPER, "limit", "(III)I");
    }

    private void endOfRun(int set, int guard, Runnable limit) {
        out.set(set);
        out.number(0);
        out.visitVarInsn(ALOAD, TEXT);
        out.load(I);
        limit.run();
        out.guard(guard);
        out.load(END);
        out.call(RUNS, "end", "([ZI[BII[BI)I");
    }
}
