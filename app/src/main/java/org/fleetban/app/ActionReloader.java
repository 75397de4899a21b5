package org.fleetban.app;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.fleetban.enforcer.action.Action;

/** Looks every so often whether the files of the jails say other actions. */
final class ActionReloader implements AutoCloseable {

    private final HostActions actions;
    private final Consumer<List<Action>> changed;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "action-reloader");
        daemon.setDaemon(true);
        return daemon;
    });

    /** @param changed takes what is to run instead; by another thread */
    ActionReloader(HostActions actions, Consumer<List<Action>> changed) {
        this.actions = actions;
        this.changed = changed;
    }

    void start(Duration every) {
        thread.scheduleWithFixedDelay(
                () -> actions.reread().ifPresent(changed), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
