package org.fleetban.engine.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the code and tables of a {@link Program}; equal tables are kept once. */
final class Assembler {

    private static final int SYMBOLS = Ahead.END + 1;

    private int[] code = new int[64];
    private int size;
    private final List<byte[]> tables = new ArrayList<>();
    private final Map<List<Byte>, Integer> knownTables = new HashMap<>();
    private final List<Ahead> sets = new ArrayList<>();
    private final List<byte[]> strings = new ArrayList<>();
    private final List<Integer> alternatives = new ArrayList<>();
    private int choices;
    private int runs;

    /** Appends an operation and returns where it is. */
    int op(int op, int... operands) {
        int at = size;
        while (size + operands.length + 1 > code.length) {
            code = Arrays.copyOf(code, code.length * 2);
        }
        code[size++] = op;
        for (int operand : operands) {
            code[size++] = operand;
        }
        return at;
    }

    /** Where the next operation will be. */
    int place() {
        return size;
    }

    void set(int at, int value) {
        code[at] = value;
    }

    /** Lets an operand point to where the next operation will be. */
    void patch(int at) {
        code[at] = size;
    }

    int newChoice() {
        return choices++;
    }

    int newRun() {
        return runs++;
    }

    int set(Ahead members) {
        int known = sets.indexOf(members);
        if (known < 0) {
            known = sets.size();
            sets.add(members);
        }
        return known * Ahead.END;
    }

    int string(byte[] literal) {
        strings.add(literal);
        return strings.size() - 1;
    }

    /** A table with bit 0 for what is in the one, bit 1 for what is in the other. */
    int table(Ahead one, Ahead two) {
        byte[] table = new byte[SYMBOLS];
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            table[symbol] = (byte) ((one.has(symbol) ? 1 : 0) | (two.has(symbol) ? 2 : 0));
        }
        return table(table);
    }

    private int table(byte[] table) {
        List<Byte> key = new ArrayList<>(SYMBOLS);
        for (byte entry : table) {
            key.add(entry);
        }
        Integer known = knownTables.putIfAbsent(key, tables.size() * SYMBOLS);
        if (known != null) {
            return known;
        }
        tables.add(table);
        return (tables.size() - 1) * SYMBOLS;
    }

    /** Completes a BRANCH: for each character the alternatives that can begin with it, in their order. */
    void branch(int at, List<Ahead> aheads, List<Integer> places, int choice) {
        List<List<Integer>> lists = new ArrayList<>();
        byte[] table = new byte[SYMBOLS];
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            List<Integer> ways = new ArrayList<>();
            for (int i = 0; i < places.size(); i++) {
                if (aheads.get(i).has(symbol)) {
                    ways.add(places.get(i));
                }
            }
            int list = ways.isEmpty() ? -1 : lists.indexOf(ways);
            if (!ways.isEmpty() && list < 0) {
                list = lists.size();
                lists.add(ways);
            }
            // There are at most 257 lists; the rare one too many is replaced by all alternatives.
            if (list >= 254) {
                lists.set(254, places);
                list = 254;
            }
            table[symbol] = (byte) (list + 1);
        }
        int[] starts = new int[Math.min(lists.size(), 255)];
        int index = alternatives.size();
        for (int i = 0; i < starts.length; i++) {
            alternatives.add(0);
        }
        for (int i = 0; i < starts.length; i++) {
            alternatives.set(index + i, alternatives.size());
            alternatives.addAll(lists.get(i));
            alternatives.add(-1);
        }
        code[at + 1] = table(table);
        code[at + 2] = choice;
        code[at + 3] = index - 1;
    }

    Program program(int registers, int captures, Ahead start, Program.Anchor anchor, int minWidth) {
        int startTable = table(start, Ahead.NOTHING);
        byte[] dispatch = new byte[tables.size() * SYMBOLS];
        for (int i = 0; i < tables.size(); i++) {
            System.arraycopy(tables.get(i), 0, dispatch, i * SYMBOLS, SYMBOLS);
        }
        boolean[] members = new boolean[sets.size() * Ahead.END];
        for (int i = 0; i < members.length; i++) {
            members[i] = sets.get(i / Ahead.END).has(i % Ahead.END);
        }
        return new Program(
                Arrays.copyOf(code, size),
                dispatch,
                members,
                strings.toArray(byte[][]::new),
                alternatives.stream().mapToInt(i -> i).toArray(),
                registers,
                captures,
                choices,
                runs,
                startTable,
                anchor,
                minWidth);
    }
}
