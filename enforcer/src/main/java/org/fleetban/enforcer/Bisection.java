package org.fleetban.enforcer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.enforcer.firewall.FirewallException;

/** Does many things at once; where they are refused, ever fewer, until it is known which of them are refused. */
final class Bisection<T> {

    /** Each costs a process; with more than these the next attempt goes on. */
    private static final int MAX_REFUSED = 64;

    private final Attempt<T> attempt;
    private final Map<T, String> refused = new LinkedHashMap<>();

    Bisection(Attempt<T> attempt) {
        this.attempt = attempt;
    }

    /** Does some of the things together; done twice they do no harm, and none of them is an attempt too. */
    interface Attempt<T> {
        void with(List<T> things) throws FirewallException;
    }

    /** What is refused so far, and in which words. */
    Map<T, String> refused() {
        return refused;
    }

    /**
     * Does everything that is not refused.
     *
     * @throws FirewallException if even nothing is refused, so that it is not the things' fault, or too many are
     */
    void run(List<T> things) throws FirewallException {
        try {
            attempt.with(things);
        } catch (FirewallException e) {
            attempt.with(List.of());
            divide(things, e);
        }
    }

    private void divide(List<T> things, FirewallException why) throws FirewallException {
        if (things.isEmpty()) {
            return;
        }
        if (things.size() == 1) {
            refused.put(things.get(0), String.valueOf(why.getMessage()));
            if (refused.size() > MAX_REFUSED) {
                throw new FirewallException("more than " + MAX_REFUSED + " are refused: " + why.getMessage(), why);
            }
            return;
        }
        int middle = things.size() / 2;
        for (List<T> half : List.of(things.subList(0, middle), things.subList(middle, things.size()))) {
            try {
                attempt.with(half);
            } catch (FirewallException e) {
                divide(half, e);
            }
        }
    }
}
