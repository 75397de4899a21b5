package org.fleetban.engine.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A path with {@code *}, {@code ?}, {@code [abc]} and {@code [!abc]}, as Python's {@code glob} takes it: none of them
 * matches a {@code /}, and a {@code *}, {@code ?} or {@code […]} in a name finds a hidden file only where the pattern's
 * name begins with a dot itself. Matching takes time proportional to pattern and path, whatever they hold.
 */
public final class PathPattern {

    private final String pattern;
    private final boolean absolute;
    private final List<NamePattern> names;

    private PathPattern(String pattern) {
        this.pattern = pattern;
        this.absolute = pattern.startsWith("/");
        this.names = split(pattern).stream().map(NamePattern::new).toList();
    }

    /** Any text is a pattern: a {@code [} without its {@code ]} stands for itself. */
    public static PathPattern of(String pattern) {
        return new PathPattern(pattern);
    }

    /** A pattern that matches this path alone. */
    public static String escape(String path) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '*' || c == '?' || c == '[') {
                escaped.append('[').append(c).append(']');
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Whether the pattern would find the file of this path, if it exists. */
    public boolean matches(String path) {
        if (path.startsWith("/") != absolute || path.endsWith("/") != pattern.endsWith("/")) {
            return false;
        }
        List<String> parts = split(path);
        if (parts.size() != names.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!names.get(i).matches(parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return pattern;
    }

    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }
}
