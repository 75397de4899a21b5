package org.fleetban.shipper;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** A broker in memory: it keeps what it takes, and acknowledges when it is told to. */
final class MemorySink {

    /** One record as it arrived. */
    record Arrived(String key, String file, long offset, long time, String names, byte[] value) {
        String text() {
            return new String(value, StandardCharsets.ISO_8859_1);
        }

        String identity() {
            return key + '|' + file + '|' + offset;
        }
    }

    private record Taken(Line line, byte[] value) {}

    private final List<Arrived> arrived = new ArrayList<>();
    private boolean away;
    private int refuseFrom = Integer.MAX_VALUE;
    private Connection current = new Connection(null);

    LineSink open(LineSink.Outcome outcome) {
        current = new Connection(outcome);
        return current;
    }

    List<Arrived> arrived() {
        return arrived;
    }

    /** Takes nothing, and acknowledges nothing. */
    void away(boolean isAway) {
        away = isAway;
    }

    /** Values of at least this size are refused for good. */
    void refuseFrom(int bytes) {
        refuseFrom = bytes;
    }

    /** Acknowledges the oldest lines in flight. */
    void acknowledge(int lines) {
        current.acknowledge(lines);
    }

    void acknowledgeAll() {
        acknowledge(Integer.MAX_VALUE);
    }

    int inFlight() {
        return current.inFlight.size();
    }

    /** The connection breaks for good: of what is in flight the first lines arrive, and none is acknowledged. */
    void fail(int spared) {
        LineSink.Outcome outcome = current.outcome;
        lose(spared);
        if (outcome != null) {
            outcome.failed(new IllegalStateException("the connection is broken"));
        }
    }

    /** Nobody waits for acknowledgements any more: of what is in flight the first lines arrive. */
    void lose(int spared) {
        current.lose(spared);
    }

    private final class Connection implements LineSink {
        private final Deque<Taken> inFlight = new ArrayDeque<>();
        private final LineSink.@Nullable Outcome outcome;

        Connection(LineSink.@Nullable Outcome outcome) {
            this.outcome = outcome;
        }

        @Override
        public boolean offer(Line line, byte[] value) {
            if (away) {
                return false;
            }
            inFlight.add(new Taken(line, value));
            return true;
        }

        void acknowledge(int lines) {
            for (int i = 0; i < lines && !away && !inFlight.isEmpty() && outcome != null; i++) {
                Taken taken = inFlight.remove();
                if (taken.value().length >= refuseFrom) {
                    outcome.refused(taken.line(), new RecordTooLargeException("too large"));
                } else {
                    arrive(taken);
                    outcome.delivered(taken.line());
                }
            }
        }

        void lose(int spared) {
            for (int i = 0; i < spared && !inFlight.isEmpty(); i++) {
                arrive(inFlight.remove());
            }
            inFlight.clear();
        }

        private void arrive(Taken taken) {
            Line line = taken.line();
            arrived.add(new Arrived(
                    new String(line.origin().recordKey(), StandardCharsets.UTF_8),
                    new String(line.identity(), StandardCharsets.US_ASCII),
                    line.offset(),
                    line.time(),
                    new String(line.origin().otherNames(), StandardCharsets.UTF_8),
                    taken.value()));
        }

        @Override
        public void close(Duration patience) {
            if (!patience.isZero()) {
                acknowledge(Integer.MAX_VALUE);
            }
            inFlight.clear();
        }
    }
}
