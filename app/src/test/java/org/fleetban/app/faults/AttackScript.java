package org.fleetban.app.faults;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the logs of a few hosts say while they are attacked, in pieces. All that a piece says lies before what the next one
 * says, and a piece is written when the one before has been recognised.
 *
 * <p>Hosts are read side by side, so the lines of one piece may arrive in any order across hosts. Which bans follow does
 * not depend on that order, because an offender either fails on one host alone, or too rarely, or exactly maxretry times
 * with nothing else within findtime.
 */
final class AttackScript {

    static final int MAX_RETRY = 3;
    static final int FIND_TIME_S = 120;

    private static final int PIECE_S = 100;
    /** So many pieces apart, two failures are never within findtime. */
    private static final int FAR = 3;

    private final Random random;
    private final int hosts;
    private final Instant start;
    private final List<List<Line>> pieces = new ArrayList<>();
    private final List<Integer> lastPieceOf = new ArrayList<>();
    private int sessions;

    /**
     * One line of a host's log.
     *
     * @param offender who fails in it; -1: nobody
     */
    record Line(int host, long timeMs, int offender, String text) {}

    /**
     * @param lines over all hosts, at least
     * @param start time of the first line; all of them must have passed when they are read
     */
    AttackScript(long seed, int hosts, int pieces, int lines, Instant start) {
        this.random = new Random(seed);
        this.hosts = hosts;
        this.start = start;
        for (int i = 0; i < pieces; i++) {
            this.pieces.add(piece(i, (lines + pieces - 1) / pieces));
        }
    }

    /** How long before now the first line of so many pieces must lie. */
    static long secondsOf(int pieces) {
        return (long) pieces * PIECE_S;
    }

    List<List<Line>> pieces() {
        return pieces;
    }

    /** Who reaches maxretry failures within findtime, by brute force. */
    TreeSet<String> attackers() {
        Map<Integer, List<Long>> times = new HashMap<>();
        for (List<Line> piece : pieces) {
            for (Line line : piece) {
                times.computeIfAbsent(line.offender(), id -> new ArrayList<>()).add(line.timeMs());
            }
        }
        times.remove(-1);
        TreeSet<String> attackers = new TreeSet<>();
        times.forEach((offender, failures) -> {
            failures.sort(null);
            for (int i = MAX_RETRY - 1; i < failures.size(); i++) {
                if (failures.get(i) - failures.get(i - MAX_RETRY + 1) < FIND_TIME_S * 1000L) {
                    attackers.add(address(offender));
                }
            }
        });
        return attackers;
    }

    /** How many failures the pieces up to this one hold, it included. */
    int failuresUpTo(int piece) {
        return (int) pieces.subList(0, piece + 1).stream()
                .flatMap(List::stream)
                .filter(line -> line.offender() >= 0)
                .count();
    }

    private List<Line> piece(int number, int count) {
        Map<Long, Line> byTime = new TreeMap<>();
        while (byTime.size() < count) {
            switch (random.nextInt(10)) {
                case 0 -> flood(number, byTime);
                case 1, 2 -> spread(number, MAX_RETRY, byTime);
                case 3 -> spread(number, 1 + random.nextInt(MAX_RETRY - 1), byTime);
                default -> {
                    for (int i = 0; i < 4; i++) {
                        add(number, byTime, random.nextInt(hosts), -1);
                    }
                }
            }
        }
        List<Line> lines = new ArrayList<>(byTime.values());
        lines.sort(Comparator.comparingLong(Line::timeMs));
        return lines;
    }

    /** Many failures on one host. */
    private void flood(int number, Map<Long, Line> byTime) {
        int offender = offender(number, 1);
        int host = random.nextInt(hosts);
        int failures = MAX_RETRY + random.nextInt(20);
        for (int i = 0; i < failures; i++) {
            add(number, byTime, host, offender);
        }
    }

    /** So many failures, each on any host. */
    private void spread(int number, int failures, Map<Long, Line> byTime) {
        int offender = offender(number, FAR);
        for (int i = 0; i < failures; i++) {
            add(number, byTime, random.nextInt(hosts), offender);
        }
    }

    /** Somebody new, or somebody who was last seen so many pieces ago or earlier. */
    private int offender(int number, int apart) {
        int known = lastPieceOf.isEmpty() ? 0 : random.nextInt(lastPieceOf.size());
        if (random.nextInt(3) == 0 && !lastPieceOf.isEmpty() && lastPieceOf.get(known) <= number - apart) {
            lastPieceOf.set(known, number);
            return known;
        }
        lastPieceOf.add(number);
        return lastPieceOf.size() - 1;
    }

    /** No two lines have the same time. */
    private void add(int number, Map<Long, Line> byTime, int host, int offender) {
        long time;
        do {
            time = start.toEpochMilli() + 1000L * PIECE_S * number + random.nextInt(1000 * PIECE_S);
        } while (byTime.containsKey(time));
        int session = 1000 + sessions++ % 30_000;
        String head = Instant.ofEpochMilli(time) + " web" + host + " sshd[" + session + "]: ";
        String text = offender < 0
                ? "Accepted publickey for deploy from 192.0.2.9 port 40022 ssh2"
                : "Failed password for root from " + address(offender) + " port 40022 ssh2";
        byTime.put(time, new Line(host, time, offender, head + text));
    }

    static String address(int offender) {
        return "11." + (offender >> 16) + '.' + (offender >> 8 & 255) + '.' + (offender & 255);
    }
}
