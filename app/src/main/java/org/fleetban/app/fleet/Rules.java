package org.fleetban.app.fleet;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fleetban.protocol.JailSummary;

/** The jails as the processors report them. */
public final class Rules {

    private Rules() {}

    /**
     * The jails by name; of two processors that differ, the one heard last is right. Empty where none ever reported.
     *
     * @param processors all of the fleet
     */
    public static Map<String, JailSummary> of(List<Component> processors) {
        Map<String, JailSummary> jails = new TreeMap<>();
        Component.speakingFor(processors).stream()
                .sorted(Comparator.comparing(processor -> processor.latest().at()))
                .forEach(processor -> processor.latest().jails().forEach(jail -> jails.put(jail.jail(), jail)));
        return jails;
    }
}
