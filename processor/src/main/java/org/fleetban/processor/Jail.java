package org.fleetban.processor;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.fleetban.engine.config.FilterDefinition;
import org.fleetban.engine.config.JailDefinition;
import org.fleetban.engine.config.JailDefinition.JailScope;
import org.fleetban.engine.config.PathPattern;
import org.fleetban.engine.filter.FilterException;
import org.fleetban.engine.filter.JailFilter;
import org.fleetban.engine.jail.JailException;
import org.fleetban.engine.jail.JailRules;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.JailSummary;
import org.fleetban.protocol.Scope;
import org.fleetban.protocol.SourceKey;
import org.jspecify.annotations.Nullable;

/** A jail, compiled: filter, rules, and the log files it reads. Immutable and thread-safe. */
public final class Jail {

    private final JailDefinition definition;
    private final LineFilter filter;
    private final JailRules rules;
    private final List<PathPattern> paths;

    /**
     * @param definition the jail as configured
     * @param filter recognises its failures
     * @throws JailException if an option can't be used
     */
    public Jail(JailDefinition definition, LineFilter filter) throws JailException {
        this.definition = definition;
        this.filter = filter;
        this.rules = JailRules.compile(definition);
        this.paths = definition.logPaths().stream()
                .map(path -> PathPattern.of(path.pattern()))
                .toList();
    }

    /**
     * Compiles a jail with its filter.
     *
     * @throws JailException if an option of the jail can't be used
     * @throws FilterException if an expression or date pattern is wrong
     */
    public static Jail compile(JailDefinition definition) throws JailException, FilterException {
        return new Jail(definition, new LineFilter.EngineFilter(JailFilter.compile(definition)));
    }

    /**
     * This jail under a changed definition; this object itself where nothing changed, and with this filter where that did
     * not change, so that its sessions go on.
     *
     * @throws JailException if an option of the jail can't be used
     * @throws FilterException if an expression or date pattern is wrong
     */
    Jail changedTo(JailDefinition changed) throws JailException, FilterException {
        if (changed.equals(definition)) {
            return this;
        }
        boolean sameFilter = changed.filter().equals(definition.filter())
                && changed.useDns() == definition.useDns()
                && changed.logEncoding().equals(definition.logEncoding())
                && Objects.equals(changed.logTimeZone(), definition.logTimeZone());
        return sameFilter ? new Jail(changed, filter) : compile(changed);
    }

    /** The jail's name. */
    public String name() {
        return definition.name();
    }

    /** The jail as configured. */
    public JailDefinition definition() {
        return definition;
    }

    LineFilter filter() {
        return filter;
    }

    JailRules rules() {
        return rules;
    }

    /** Whether even a line that matches nothing is part of what the filter remembers ({@code maxlines}). */
    boolean remembersEveryLine() {
        return definition.filter().maxLines() > 1;
    }

    /**
     * Whether this jail reads a log file, or a journal by its match ({@link SourceKey#JOURNAL}). A journal's lines are taken
     * whatever the jail's back-end: a fleet may have hosts of both kinds. A jail without a match takes a whole journal
     * only if it asks for that.
     */
    boolean reads(String path) {
        if (path.startsWith(SourceKey.JOURNAL)) {
            String match = definition.filter().journalMatchOfAll();
            return path.substring(SourceKey.JOURNAL.length()).equals(match)
                    && (!match.isEmpty() || definition.backend().startsWith("systemd"));
        }
        for (PathPattern pattern : paths) {
            if (pattern.matches(path)) {
                return true;
            }
        }
        return false;
    }

    /** What operators' commands must know of it. */
    JailSummary summary() {
        FilterDefinition looksFor = definition.filter();
        boolean addresses = Stream.concat(looksFor.failRegex().stream(), Stream.ofNullable(looksFor.prefRegex()))
                .noneMatch(regex -> regex.contains("<F-ID") || regex.contains("(?P<fid>"));
        return new JailSummary(
                name(),
                scope(),
                definition.maxRetry(),
                definition.findTime().toSeconds(),
                definition.banTime().toSeconds(),
                addresses,
                definition.logPaths().stream()
                        .map(JailDefinition.LogPath::pattern)
                        .toList(),
                definition.backend().startsWith("systemd") ? looksFor.journalMatch() : List.of());
    }

    Scope scope() {
        return definition.scope() == JailScope.HOST ? Scope.HOST : Scope.FLEET;
    }

    /** Under which key this jail counts an offender that failed on a host. */
    BanKey keyOf(String id, @Nullable String host) {
        return new BanKey(name(), id, scope() == Scope.HOST ? host : null);
    }
}
