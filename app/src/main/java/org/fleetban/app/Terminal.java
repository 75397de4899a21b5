package org.fleetban.app;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which streams people look at.
 *
 * @param out whether results go to a terminal
 * @param err whether messages do
 * @param colours whether results may be coloured
 */
public record Terminal(boolean out, boolean err, boolean colours) {

    /** No stream does. */
    public static final Terminal NONE = new Terminal(false, false, false);

    /** Set by the launcher, which can ask for each stream what Java can't: {@code out}, {@code err}, both or nothing. */
    private static final String PROPERTY = "fleetban.terminal";

    /**
     * What the process was started with.
     *
     * @param variables the environment: {@code NO_COLOR} (no-color.org) and {@code TERM=dumb} go without colours
     */
    static Terminal of(Map<String, String> variables) {
        return of(System.getProperty(PROPERTY, ""), variables);
    }

    static Terminal of(String streams, Map<String, String> variables) {
        List<String> named = Arrays.asList(streams.split(",", -1));
        boolean out = named.contains("out");
        boolean plain = !variables.getOrDefault("NO_COLOR", "").isEmpty()
                || variables.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(out, named.contains("err"), out && !plain);
    }
}
