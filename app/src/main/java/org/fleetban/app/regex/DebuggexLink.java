package org.fleetban.app.regex;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A link that shows an expression and a text at debuggex.com. */
final class DebuggexLink {

    private DebuggexLink() {}

    /**
     * The link.
     *
     * @param expression with its tags replaced
     * @param multiLine whether {@code ^} and {@code $} match at every line
     */
    static String of(String text, String expression, boolean multiLine) {
        return "https://www.debuggex.com/?re=" + encoded(expression) + "&str=" + encoded(text) + "&flavor=python"
                + (multiLine ? "&flags=m" : "");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
