package org.fleetban.shipper;

import java.time.Duration;

/**
 * Where lines go. Lines of one file arrive in the order in which they were offered. A sink that has failed once
 * accepts nothing any more: it is closed, and another one is opened.
 */
interface LineSink {

    /**
     * Takes a line, or refuses it for now.
     *
     * @param value the bytes of the line as read, without the line feed; a carriage return before it stays
     * @return false where there is no room or no broker yet: the same line is to be offered again later
     */
    boolean offer(Line line, byte[] value);

    /** Waits at most this long for what is in flight, and gives up the rest. Nothing is reported after the return. */
    void close(Duration patience);

    /** Told what became of each line that was taken; called by any thread, in order for the lines of one file. */
    interface Outcome {

        /** The line is safe: all in-sync replicas have it. */
        void delivered(Line line);

        /** The line can never be delivered, and the ones after it can: it is larger than the broker takes. */
        void refused(Line line, Exception reason);

        /** This sink cannot go on. What is not delivered is to be offered to another one. */
        void failed(Exception reason);
    }

    /** Opens sinks. */
    interface Factory {
        /** @throws RuntimeException if it cannot be opened now; trying again later is worth it */
        LineSink open(Outcome outcome);
    }
}
