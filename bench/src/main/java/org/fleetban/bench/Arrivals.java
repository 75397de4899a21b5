package org.fleetban.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.fleetban.enforcer.Ban;
import org.fleetban.enforcer.EnforcerListener;

/** When the firewall held each offender, by {@link System#nanoTime}. */
final class Arrivals implements EnforcerListener {

    private final Map<String, Long> at = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public void banned(Ban ban, boolean restored) {
        at.put(ban.id(), System.nanoTime());
        count.incrementAndGet();
    }

    @Override
    public void problem(String message) {
        System.out.println("  problem: " + message);
    }

    @Override
    public void healed(String fault) {
        System.out.println("  healed: " + fault);
    }

    int count() {
        return count.get();
    }

    long at(String id) {
        return at.getOrDefault(id, Long.MAX_VALUE);
    }

    void await(int expected) throws InterruptedException {
        while (count.get() < expected) {
            Thread.sleep(1);
        }
    }
}
