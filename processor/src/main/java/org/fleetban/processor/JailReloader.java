package org.fleetban.processor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.FileWatch;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.Problem;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.jail.JailException;
import org.jspecify.annotations.Nullable;

/**
 * Watches a configuration directory and puts changed jails in force. A jail whose new definition is broken stays as it
 * runs; if the files as a whole can't be read, everything stays. Counts, bans and sessions go on.
 */
public final class JailReloader implements AutoCloseable {

    private final JailRegistry registry;
    private final FileWatch files;
    private final Callable<Configuration> reader;
    private final Consumer<String> notices;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "jail-reloader");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * @param registry whose jails were read from the directory just now
     * @param directory with {@code jail.conf}; it and what lies below it is watched
     * @param reader reads the configuration as at the start; may throw, the message is then the refusal's reason
     * @param notices told, in a line each, what was changed and what was refused; by another thread
     */
    public JailReloader(
            JailRegistry registry, Path directory, Callable<Configuration> reader, Consumer<String> notices) {
        this.registry = registry;
        this.files = new FileWatch(directory);
        this.reader = reader;
        this.notices = notices;
    }

    /** Looks at the files every so often from now on. */
    public void start(Duration every) {
        thread.scheduleWithFixedDelay(this::check, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks at the files now; reads and applies them if any has changed. */
    public synchronized void check() {
        if (!files.hasChanged()) {
            return;
        }
        try {
            apply(reader.call());
        } catch (Exception e) {
            notices.accept("The changed configuration is refused, the running one stays: " + e.getMessage());
        }
    }

    private void apply(Configuration configuration) {
        List<Problem> errors = configuration.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .toList();
        for (Problem error : errors) {
            notices.accept("Refused: " + error);
        }
        if (errors.stream().anyMatch(error -> error.jail() == null)) {
            notices.accept("The changed configuration is refused, the running one stays");
            return;
        }
        Map<String, Jail> next = new LinkedHashMap<>();
        List<String> changes = new ArrayList<>();
        for (JailDefinition definition : configuration.jails()) {
            Jail running = registry.jails().named(definition.name());
            Jail jail = compile(definition, running);
            if (jail != null) {
                next.put(jail.name(), jail);
                if (jail != running) {
                    changes.add((running == null ? "+" : "") + jail.name());
                }
            }
        }
        for (Jail running : registry.jails().all()) {
            boolean broken = errors.stream().anyMatch(error -> running.name().equals(error.jail()));
            if (broken) {
                next.putIfAbsent(running.name(), running);
            } else if (!next.containsKey(running.name())) {
                changes.add("-" + running.name());
            }
        }
        if (!changes.isEmpty()) {
            registry.replace(next.values());
            notices.accept("Configuration reloaded: " + String.join(", ", changes));
        }
    }

    /** The jail as it is defined now; where that is broken, as it runs; null where it does not run either. */
    private @Nullable Jail compile(JailDefinition definition, @Nullable Jail running) {
        try {
            return running == null ? Jail.compile(definition) : running.changedTo(definition);
        } catch (JailException | FilterException e) {
            notices.accept("Refused: [" + definition.name() + "] " + e.getMessage());
            return running;
        }
    }

    /** Stops watching. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
