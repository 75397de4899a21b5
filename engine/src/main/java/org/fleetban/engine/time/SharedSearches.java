package org.fleetban.engine.time;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;

/** The searches that the detectors of one thread share; see {@link DateDetector#newSearch(SharedSearches)}. */
public final class SharedSearches {

    private final Map<Key, TemplateSearch> searches = new HashMap<>();
    private final Map<ZoneId, DateValue> values = new HashMap<>();

    /** What is the same for equal detectors is the same for their templates. */
    private record Key(String name, String expression, ZoneId zone) {}

    TemplateSearch of(DateTemplate template, ZoneId zone) {
        return searches.computeIfAbsent(
                new Key(template.name(), template.regex().expression(), zone),
                added -> new TemplateSearch(template, values.computeIfAbsent(zone, DateValue::new), true));
    }
}
