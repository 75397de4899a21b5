package org.fleetban.engine.time;

import java.io.DataInput;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the date of log lines with an ordered list of templates: {@code datepattern}, or fail2ban's defaults. Immutable,
 * thread-safe: {@link DateSearch} does the work of a thread, {@link DateRanking} is what is remembered of a source.
 */
public final class DateDetector {

    private final DateTemplate[] templates;
    private final ZoneId zone;
    private final int fingerprint;

    private DateDetector(List<DateTemplate> templates, ZoneId zone) {
        this.templates = templates.toArray(DateTemplate[]::new);
        this.zone = zone;
        this.fingerprint = templates.stream().map(DateTemplate::name).toList().hashCode();
    }

    /**
     * Compiles a date pattern.
     *
     * @param datePattern {@code datepattern}, one pattern a line; null for the default templates
     * @param zone of log times that name none
     * @param years what {@code %ExY} takes for a year
     * @throws DatePatternException if a pattern is wrong
     */
    public static DateDetector compile(@Nullable String datePattern, ZoneId zone, Years years)
            throws DatePatternException {
        return new DateDetector(new DateTemplates(years).read(datePattern), zone);
    }

    /** Detectors are equal that find the same dates and take them for the same times. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DateDetector that
                && zone.equals(that.zone)
                && expressions().equals(that.expressions());
    }

    @Override
    public int hashCode() {
        return fingerprint;
    }

    private List<String> expressions() {
        return Arrays.stream(templates)
                .map(template -> template.name() + "\n" + template.regex().expression())
                .toList();
    }

    /** A search of its own for a thread. */
    public DateSearch newSearch() {
        return newSearch(new SharedSearches());
    }

    /** A search for a thread that looks for the same lines' dates with other detectors, too. */
    public DateSearch newSearch(SharedSearches shared) {
        int[] numbers = Arrays.stream(templates)
                .mapToInt(template -> shared.number(template, zone))
                .toArray();
        TemplateSearch[] searches = Arrays.stream(numbers).mapToObj(shared::get).toArray(TemplateSearch[]::new);
        return new DateSearch(templates, searches, numbers, begins());
    }

    /** A search that uses nothing but the templates' expressions, and finds the same. */
    public DateSearch newPlainSearch() {
        DateValue value = new DateValue(zone);
        TemplateSearch[] searches = Arrays.stream(templates)
                .map(template -> new TemplateSearch(template, value, false))
                .toArray(TemplateSearch[]::new);
        return new DateSearch(templates, searches, new int[0], null);
    }

    /** For each character below 256, whether a line with a date can begin with it; null where dates can be anywhere. */
    public boolean @Nullable [] begins() {
        boolean[] begins = new boolean[256];
        for (DateTemplate template : templates) {
            for (int c = 0; c < begins.length; c++) {
                if (!template.regex().isAtTextStart()) {
                    return null;
                }
                begins[c] |= template.regex().canStartWith(c);
            }
        }
        return begins;
    }

    /** The ranking of a source at its beginning. */
    public DateRanking newRanking() {
        return new DateRanking(fingerprint, templates.length);
    }

    /**
     * Reads what {@link DateRanking#write} wrote; a new ranking if it was for other templates.
     *
     * @throws IOException if the bytes are no ranking
     */
    public DateRanking readRanking(DataInput in) throws IOException {
        return DateRanking.read(in, fingerprint, templates.length);
    }

    /** The templates in the order of a ranking, with what it knows of them: for reports. */
    public List<Standing> standings(DateRanking ranking) {
        List<Standing> standings = new ArrayList<>();
        for (int place = 0; place < templates.length; place++) {
            int number = ranking.template(place);
            DateTemplate template = templates[number];
            standings.add(new Standing(
                    template.name(),
                    template.pattern(),
                    template.regex().expression(),
                    ranking.hits(number),
                    template.weight(),
                    ranking.weight(number, templates)));
        }
        return standings;
    }

    /**
     * How a template stands.
     *
     * @param name names it
     * @param pattern as configured; null for the epoch and TAI64N words
     * @param expression what is matched
     * @param hits dates won
     * @param weight what a hit counts for
     * @param rank its weight in the order: hits by weight, over the distance from the begin of the line
     */
    public record Standing(
            String name, @Nullable String pattern, String expression, int hits, double weight, double rank) {}
}
