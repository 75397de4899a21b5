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

    private final Consumer<String> listener;
    private String told = "";

    /**
     * @param changed takes what is to run instead; by another thread
     * @param listener hears what is wrong
     */
    ActionReloader(HostActions actions, Consumer<List<Action>> changed, Consumer<String> listener) {
        this.actions = actions;
        this.changed = changed;
        this.listener = listener;
    }

    void start(Duration every) {
        thread.scheduleWithFixedDelay(this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What a task throws would end the schedule without a word. */
    private void look() {
        try {
            actions.reread().ifPresent(changed);
        } catch (RuntimeException | Error e) {
            if (!told.equals(e.toString())) {
                told = e.toString();
                listener.accept("actions stay as they run, the changed configuration cannot be read: " + e);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
