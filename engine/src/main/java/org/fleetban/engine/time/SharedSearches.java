package org.fleetban.engine.time;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The searches that the detectors of one thread share; see {@link DateDetector#newSearch(SharedSearches)}. */
public final class SharedSearches {

    private final Map<Key, Integer> numbers = new HashMap<>();
    private final List<TemplateSearch> searches = new ArrayList<>();
    private final Map<ZoneId, DateValue> values = new HashMap<>();

    /** What is the same for equal detectors is the same for their templates. */
    private record Key(String name, String expression, ZoneId zone) {}

    /** The number of a template's search. The same detectors in the same order give the same numbers. */
    int number(DateTemplate template, ZoneId zone) {
        return numbers.computeIfAbsent(new Key(template.name(), template.regex().expression(), zone), added -> {
            searches.add(new TemplateSearch(template, values.computeIfAbsent(zone, DateValue::new), true));
            return searches.size() - 1;
        });
    }

    /** A search by its number. */
    public TemplateSearch get(int number) {
        return searches.get(number);
    }
}
