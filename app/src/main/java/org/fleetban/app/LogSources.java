package org.fleetban.app;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.LogPath;
import org.fleetban.engine.config.Problem;
import org.fleetban.shipper.JournalSource;
import org.fleetban.shipper.Source;
import org.jspecify.annotations.Nullable;

/**
 * What a host's shipper reads, as its jails say.
 *
 * @param files log files
 * @param journals of systemd
 * @param said what each jail reads, a sentence each
 * @param problems what can't be read, and why; a file's pattern that is wrong leaves the jail its others
 */
record LogSources(List<Source> files, List<JournalSource> journals, List<String> said, List<Problem> problems) {

    /** Nothing. */
    LogSources() {
        this(List.of(), List.of(), List.of(), List.of());
    }

    /** Whether the same is to be read, whichever jails want it. */
    boolean readsAs(LogSources other) {
        return Set.copyOf(files).equals(Set.copyOf(other.files))
                && Set.copyOf(journals).equals(Set.copyOf(other.journals));
    }

    /** What a user calls them. */
    Set<String> patterns() {
        Set<String> patterns = new LinkedHashSet<>();
        files.forEach(file -> patterns.add(file.pattern()));
        journals.forEach(journal -> patterns.add("the journal: " + journal.match()));
        return patterns;
    }

    static LogSources of(Configuration configuration) {
        Set<Source> files = new LinkedHashSet<>();
        Set<JournalSource> journals = new LinkedHashSet<>();
        List<String> said = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (JailDefinition jail : configuration.jails()) {
            List<String> read = new ArrayList<>();
            for (LogPath path : jail.logPaths()) {
                try {
                    files.add(new Source(path.pattern(), path.fromEnd()));
                    read.add(path.pattern());
                } catch (IllegalArgumentException e) {
                    problems.add(problem(Problem.Severity.WARNING, jail, e.getMessage()));
                }
            }
            try {
                Optional<Map<String, String>> journal = jail.journal();
                if (journal.isPresent()) {
                    String match = jail.filter().journalMatchOfAll();
                    journals.add(new JournalSource(match, JournalOptions.of(journal.get()), jail.findTime()));
                    read.add(match.isEmpty() ? "the whole journal: set journalmatch" : "the journal: " + match);
                }
            } catch (IllegalArgumentException e) {
                problems.add(problem(Problem.Severity.ERROR, jail, "backend = systemd: " + e.getMessage()));
            }
            said.add("[" + jail.name() + "] reads " + (read.isEmpty() ? "nothing" : String.join(", ", read)));
        }
        return new LogSources(List.copyOf(files), List.copyOf(journals), List.copyOf(said), List.copyOf(problems));
    }

    private static Problem problem(Problem.Severity severity, JailDefinition jail, @Nullable String message) {
        return new Problem(severity, jail.name(), null, 0, String.valueOf(message));
    }
}
