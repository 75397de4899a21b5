package org.fleetban.processor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.Problem;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.jail.JailException;
import org.jspecify.annotations.Nullable;

/** Puts changed jails in force. A jail whose new definition is broken stays as it runs. Counts, bans and sessions go on. */
public final class JailReloader {

    private final JailRegistry registry;
    private final Consumer<String> notices;

    /**
     * @param registry of the jails in force
     * @param notices told, in a line each, what was changed and what was refused
     */
    public JailReloader(JailRegistry registry, Consumer<String> notices) {
        this.registry = registry;
        this.notices = notices;
    }

    /**
     * Takes changed jails.
     *
     * @param configuration all that are to be in force; those that its problems name stay as they run
     */
    public void apply(Configuration configuration) {
        List<Problem> errors = configuration.problems().stream()
                .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                .toList();
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
            notices.accept("configuration reloaded: " + String.join(", ", changes));
        }
    }

    /** The jail as it is defined now; where that is broken, as it runs; null where it does not run either. */
    private @Nullable Jail compile(JailDefinition definition, @Nullable Jail running) {
        try {
            return running == null ? Jail.compile(definition) : running.changedTo(definition);
        } catch (JailException | FilterException e) {
            notices.accept("refused: [" + definition.name() + "] " + e.getMessage());
            return running;
        }
    }
}
