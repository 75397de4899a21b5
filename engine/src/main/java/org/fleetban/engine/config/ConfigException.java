package org.fleetban.engine.config;

import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A jail, or all of them, or a filter can't be read; {@link #asProblem} is for the user. */
public final class ConfigException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Origin origin;

    ConfigException(String message, @Nullable Origin origin) {
        super(message);
        this.origin = origin;
    }

    /** The first of the faults, the others suppressed in it. */
    static ConfigException of(List<IniFile.Fault> faults) {
        ConfigException first =
                new ConfigException(faults.get(0).message(), faults.get(0).origin());
        for (IniFile.Fault fault : faults.subList(1, faults.size())) {
            first.addSuppressed(new ConfigException(fault.message(), fault.origin()));
        }
        return first;
    }

    @Nullable
    Origin origin() {
        return origin;
    }

    /**
     * The message with the place that it is about.
     *
     * @param jail the jail concerned, or null
     */
    public Problem asProblem(@Nullable String jail) {
        return Problem.error(jail, origin, String.valueOf(getMessage()));
    }

    /** {@link #asProblem} for this and for what else was found wrong at the same time. */
    List<Problem> asProblems(@Nullable String jail) {
        List<Problem> problems = new ArrayList<>();
        problems.add(asProblem(jail));
        for (Throwable other : getSuppressed()) {
            if (other instanceof ConfigException found) {
                problems.add(found.asProblem(jail));
            }
        }
        return problems;
    }
}
