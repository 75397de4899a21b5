package org.fleetban.app;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The parts of a running process: started in order, stopped in reverse order, once, by Ctrl-C, {@code SIGTERM}, a failed
 * part, or the end of {@code try}.
 */
final class Lifecycle implements AutoCloseable {

    private final Environment environment;
    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean closed;

    private record Part(String name, AutoCloseable closing) {}

    /** The process was told to stop while it was starting. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** @param environment for messages */
    Lifecycle(Environment environment) {
        this.environment = environment;
    }

    /** Stops the parts when the process is told to end. */
    void stopAtShutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "shutdown"));
    }

    /** Adds a part that runs; it is stopped before those added earlier. */
    synchronized <T extends AutoCloseable> T add(String name, T part) {
        if (closed) {
            stop(new Part(name, part));
            throw new StoppedException();
        }
        parts.push(new Part(name, part));
        return part;
    }

    /** Whether the process is being stopped. */
    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!parts.isEmpty()) {
            stop(parts.pop());
        }
    }

    private void stop(Part part) {
        try {
            part.closing().close();
        } catch (Exception e) {
            environment.say("the " + part.name() + " did not stop cleanly: " + e);
        }
    }
}
