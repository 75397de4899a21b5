package org.fleetban.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.FileWatch;
import org.fleetban.engine.config.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of the jails again when they have changed, once for all parts of a process. What is wrong with them is said
 * once; files that can't be read as a whole change nothing.
 */
final class ConfigurationWatch implements AutoCloseable {

    private static final long INTERVAL_MS = 2_000;

    private final FileWatch files;
    private final Callable<Configuration> reader;
    private final Consumer<String> notices;
    private final List<Consumer<Configuration>> parts = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "configuration-watch");
        daemon.setDaemon(true);
        return daemon;
    });

    private @Nullable Configuration latest;
    private String failure = "";

    /**
     * To be made before the files are read for the first time: what changes from now on is noticed.
     *
     * @param directory with {@code jail.conf}; it and what lies below it is watched
     * @param reader reads the configuration as at the start; may throw, the message is then the refusal's reason
     * @param notices told, in a line each, what is refused; by another thread
     */
    ConfigurationWatch(Path directory, Callable<Configuration> reader, Consumer<String> notices) {
        this.files = new FileWatch(directory);
        this.reader = reader;
        this.notices = notices;
    }

    /** Looks at the files every two seconds from now on, until the process ends. */
    void runIn(Lifecycle lifecycle) {
        lifecycle.add("configuration watch", this);
        thread.scheduleWithFixedDelay(this::lookSafely, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** What a task throws would end the schedule without a word. */
    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            if (!failure.equals(e.toString())) {
                failure = e.toString();
                notices.accept("the files of the configuration can't be looked at: " + e);
            }
        }
    }

    /** Looks at the files now; reads them, and tells all parts, if they have changed and are at rest. */
    synchronized void look() {
        if (!files.haveSettled()) {
            return;
        }
        Configuration next;
        try {
            next = reader.call();
            List<Problem> errors = next.problems().stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .toList();
            errors.forEach(error -> notices.accept("refused: " + error));
            if (errors.stream().anyMatch(error -> error.jail() == null)) {
                throw new UserException("'fleetban config --test' shows all that is wrong");
            }
        } catch (Exception | StackOverflowError e) {
            notices.accept("the changed configuration is refused, the running one stays: "
                    + (e instanceof UserException ? e.getMessage() : e));
            return;
        }
        latest = next;
        parts.forEach(part -> tell(part, next));
    }

    private void tell(Consumer<Configuration> part, Configuration configuration) {
        try {
            part.accept(configuration);
        } catch (RuntimeException | Error e) {
            notices.accept("a part goes on as it was, it can't follow the changed configuration: " + e);
        }
    }

    /**
     * Adds a part that began with the configuration as it was read first; if it has changed meanwhile, that is told now.
     *
     * @param part takes every configuration that is read from now on, jails with errors left out; by another thread
     */
    synchronized void add(Consumer<Configuration> part) {
        parts.add(part);
        Configuration missed = latest;
        if (missed != null) {
            tell(part, missed);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
