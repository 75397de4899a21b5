package org.fleetban.engine.time;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.fleetban.engine.regex.Text;

/**
 * What a detector remembers of one source: how often each template hit, in which order they are tried, and where the last
 * date stood. Not thread-safe; small, since there is one for each source.
 */
public final class DateRanking {

    static final int UNKNOWN = -2;
    private static final int NOWHERE = Integer.MAX_VALUE;

    /** A template that has not hit for this long gives way to one that has. */
    private static final long UNUSED_SECONDS = 300;

    private final int fingerprint;
    private final short[] order;
    private final int[] hits;
    private final int[] distances;
    private final long[] lastUsed;
    private int firstUnused;

    int last = NOWHERE;
    int lastStart = 1;
    int beforeStart = UNKNOWN;
    int atStart = UNKNOWN;
    int lastEnd = NOWHERE;
    int beforeEnd = UNKNOWN;
    int atEnd = UNKNOWN;

    DateRanking(int fingerprint, int templates) {
        this.fingerprint = fingerprint;
        this.order = new short[templates];
        this.hits = new int[templates];
        this.distances = new int[templates];
        this.lastUsed = new long[templates];
        for (int i = 0; i < templates; i++) {
            order[i] = (short) i;
            distances[i] = NOWHERE;
        }
    }

    /** The template that is tried at a place of the order. */
    int template(int place) {
        return order[place];
    }

    /** How far from the begin of the line the template's last date was. */
    int distance(int template) {
        return distances[template];
    }

    /** How many dates a template won. */
    int hits(int template) {
        return hits[template];
    }

    /** Counts a hit and moves the template forward when it deserves it; returns its new place. */
    int hit(int place, int start, long clock, DateTemplate[] templates) {
        int template = order[place];
        if (hits[template] < Integer.MAX_VALUE) {
            hits[template]++;
        }
        lastUsed[template] = clock;
        distances[template] = start;
        if (firstUnused == place) {
            firstUnused++;
        }
        return place != 0 && place != last ? moveForward(place, templates) : place;
    }

    /** Remembers where a date stands in a line. */
    void stand(Text line, int start, int end) {
        lastStart = start;
        beforeStart = charAt(line, start - 1);
        atStart = charAt(line, start);
        lastEnd = end;
        // Python's line[-1] is the last character.
        beforeEnd = charAt(line, end == 0 ? line.length() - 1 : end - 1);
        atEnd = charAt(line, end);
    }

    /** The code point at an index; -1 outside of the line. */
    static int charAt(Text line, int index) {
        return index >= 0 && index < line.length() ? line.at(index) : -1;
    }

    /**
     * Counts more hits of the last winner, where it stays.
     *
     * @param times how many
     * @param line the last of the lines, with its date from {@code start} to {@code end}
     * @param clock of that line, in seconds since 1970
     */
    public void repeat(int times, Text line, int start, int end, long clock) {
        int template = order[last];
        hits[template] = (int) Math.min(Integer.MAX_VALUE, (long) hits[template] + times);
        lastUsed[template] = clock;
        distances[template] = start;
        stand(line, start, end);
    }

    /**
     * To the first template without a hit or else half way to the front, if the template there is lighter or out of use;
     * else one step.
     */
    private int moveForward(int place, DateTemplate[] templates) {
        int target = firstUnused < place ? firstUnused : place / 2;
        if (!outranks(place, target, templates)) {
            if (target == place - 1 || !outranks(place, place - 1, templates)) {
                return place;
            }
            target = place - 1;
        }
        short template = order[place];
        System.arraycopy(order, target, order, target + 1, place - target);
        order[target] = template;
        while (firstUnused < order.length && hits[order[firstUnused]] > 0) {
            firstUnused++;
        }
        return target;
    }

    private boolean outranks(int place, int target, DateTemplate[] templates) {
        int mover = order[place];
        int other = order[target];
        return hits[other] == 0
                || weight(mover, templates) > weight(other, templates)
                || lastUsed[mover] - UNUSED_SECONDS > lastUsed[other];
    }

    double weight(int template, DateTemplate[] templates) {
        return hits[template] * templates[template].weight() / Math.max(1, distances[template]);
    }

    /** Writes what {@link DateDetector#readRanking} reads. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(fingerprint);
        out.writeShort(order.length);
        int used = 0;
        for (int count : hits) {
            used += count > 0 ? 1 : 0;
        }
        out.writeShort(used);
        if (used == 0) {
            return;
        }
        for (int i = 0; i < hits.length; i++) {
            if (hits[i] > 0) {
                out.writeShort(i);
                out.writeInt(hits[i]);
                out.writeInt(distances[i]);
                out.writeLong(lastUsed[i]);
            }
        }
        for (short template : order) {
            out.writeShort(template);
        }
        out.writeShort(firstUnused);
        for (int value : new int[] {last, lastStart, beforeStart, atStart, lastEnd, beforeEnd, atEnd}) {
            out.writeInt(value);
        }
    }

    /** Reads a ranking; one that was written for other templates is read over, and a new one returned. */
    static DateRanking read(DataInput in, int fingerprint, int templates) throws IOException {
        int writtenFingerprint = in.readInt();
        int length = in.readUnsignedShort();
        int used = in.readUnsignedShort();
        DateRanking written = new DateRanking(writtenFingerprint, length);
        if (used > 0) {
            written.readUsed(in, used);
        }
        boolean same = writtenFingerprint == fingerprint && length == templates;
        return same ? written : new DateRanking(fingerprint, templates);
    }

    private void readUsed(DataInput in, int used) throws IOException {
        for (int i = 0; i < used; i++) {
            int template = index(in.readUnsignedShort());
            hits[template] = in.readInt();
            distances[template] = in.readInt();
            lastUsed[template] = in.readLong();
        }
        for (int i = 0; i < order.length; i++) {
            order[i] = (short) index(in.readUnsignedShort());
        }
        firstUnused = in.readUnsignedShort();
        last = in.readInt();
        lastStart = in.readInt();
        beforeStart = in.readInt();
        atStart = in.readInt();
        lastEnd = in.readInt();
        beforeEnd = in.readInt();
        atEnd = in.readInt();
    }

    private int index(int template) throws IOException {
        if (template >= order.length) {
            throw new IOException("template " + template + " of " + order.length + " in a date ranking");
        }
        return template;
    }
}
