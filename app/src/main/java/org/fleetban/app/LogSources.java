package org.fleetban.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.fleetban.shipper.JournalSource;
import org.fleetban.shipper.Source;

/**
 * What a host's shipper reads, as its jails say.
 *
 * @param files log files
 * @param journals of systemd
 * @param said what each jail reads, and what it can't, a sentence each
 */
record LogSources(List<Source> files, List<JournalSource> journals, List<String> said) {

    private static final int ONLY_THIS_MACHINE = 1;
    private static final int SYSTEM = 4;
    private static final int USER = 8;

    static LogSources of(Configuration configuration) {
        Set<Source> files = new LinkedHashSet<>();
        Set<JournalSource> journals = new LinkedHashSet<>();
        List<String> said = new ArrayList<>();
        for (JailDefinition jail : configuration.jails()) {
            List<String> read = new ArrayList<>();
            for (LogPath path : jail.logPaths()) {
                try {
                    files.add(new Source(path.pattern(), path.fromEnd()));
                    read.add(path.pattern());
                } catch (IllegalArgumentException e) {
                    said.add("[" + jail.name() + "] " + e.getMessage());
                }
            }
            try {
                Optional<Map<String, String>> journal = jail.journal();
                if (journal.isPresent()) {
                    String match = jail.filter().journalMatchOfAll();
                    journals.add(new JournalSource(match, options(journal.get()), jail.findTime()));
                    read.add(match.isEmpty() ? "the whole journal: set journalmatch" : "the journal: " + match);
                }
            } catch (IllegalArgumentException e) {
                said.add("[" + jail.name() + "] backend = systemd: " + e.getMessage());
            }
            said.add("[" + jail.name() + "] reads " + (read.isEmpty() ? "nothing" : String.join(", ", read)));
        }
        return new LogSources(List.copyOf(files), List.copyOf(journals), List.copyOf(said));
    }

    /** The parameters of fail2ban's systemd back-end as options of journalctl. */
    private static List<String> options(Map<String, String> parameters) {
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
