package org.fleetban.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The parameters of fail2ban's systemd back-end ({@code systemd[journalflags=1]}) as options of journalctl. */
public final class JournalOptions {

    private static final int ONLY_THIS_MACHINE = 1;
    private static final int SYSTEM = 4;
    private static final int USER = 8;

    private JournalOptions() {}

    /**
     * The options; the words of journalctl, to be given to it without a shell.
     *
     * @throws IllegalArgumentException if a parameter is unknown or has no meaning
     */
    public static List<String> of(Map<String, String> parameters) {
        List<String> options = new ArrayList<>();
        parameters.forEach((name, value) -> {
            switch (name) {
                case "journalpath" -> options.add("--directory=" + absolute(name, value));
                case "journalfiles" -> {
                    for (String file : value.strip().split("\\s+")) {
                        options.add("--file=" + absolute(name, file));
                    }
                }
                case "namespace" -> options.add("--namespace=" + value);
                case "journalflags", "rotated" -> {}
                default ->
                    throw new IllegalArgumentException(
                            "expected journalpath, journalfiles, journalflags or" + " namespace, read '" + name + "'");
            }
        });
        String flags = parameters.get("journalflags");
        if (flags != null || !parameters.containsKey("journalpath") && !parameters.containsKey("journalfiles")) {
            options.addAll(flags(flags == null ? "" + SYSTEM : flags));
        }
        return options;
    }

    private static String absolute(String name, String path) {
        if (!Path.of(path).isAbsolute()) {
            throw new IllegalArgumentException(name + ": expected an absolute path, read '" + path + "'");
        }
        return path;
    }

    /** The flags of {@code sd_journal_open}. */
    private static List<String> flags(String text) {
        if (!text.matches("\\d") || (Integer.parseInt(text) & ~(ONLY_THIS_MACHINE | SYSTEM | USER)) != 0) {
            throw new IllegalArgumentException("journalflags: expected a sum of 1 (only this machine's journals), 4"
                    + " (system) and 8 (user), read '" + text + "'");
        }
        int flags = Integer.parseInt(text);
        List<String> options = new ArrayList<>();
        if ((flags & SYSTEM) != 0) {
            options.add("--system");
        }
        if ((flags & USER) != 0) {
            options.add("--user");
        }
        if ((flags & ONLY_THIS_MACHINE) == 0) {
            options.add("--merge");
        }
        return options;
    }
}
