package org.fleetban.shipper;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A path with wildcards, with the meaning of Python's {@code glob.glob}: {@code *}, {@code ?}, {@code [a-z]} and
 * {@code [!a-z]} within one directory level; a leading dot is matched only by a dot; {@code **} is {@code *}.
 */
final class PathPattern {

    /** Receives what an expansion meets. */
    interface Visitor {
        /** A directory in which a matching file is, or may appear. */
        void directory(Path directory);

        /** A path that the pattern names; whether something is there is for the receiver to see. */
        void candidate(Path path);

        /** A directory was listed. */
        void listed(Path directory);

        /** A directory that could not be listed. */
        void unreadable(Path directory, IOException problem);
    }

    private final String text;
    private final List<String> segments;

    PathPattern(String text) {
        this.text = text;
        List<String> parts = new ArrayList<>();
        for (String part : text.split("/")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        this.segments = List.copyOf(parts);
    }

    String text() {
        return text;
    }

    /** Walks all paths that the pattern names now, in the order of their names. */
    void expand(Visitor visitor) {
        expand(Path.of("/"), 0, visitor);
    }

    private void expand(Path base, int index, Visitor visitor) {
        String segment = segments.get(index);
        boolean last = index == segments.size() - 1;
        if (!hasWildcard(segment)) {
            Path path = base.resolve(segment);
            if (last) {
                visitor.directory(base);
                visitor.candidate(path);
            } else {
                expand(path, index + 1, visitor);
            }
            return;
        }
        visitor.directory(base);
        for (String name : matchingNames(base, segment, visitor)) {
            Path path = base.resolve(name);
            if (last) {
                visitor.candidate(path);
            } else if (Files.isDirectory(path)) {
                expand(path, index + 1, visitor);
            }
        }
    }

    /** Whether the pattern names this path. */
    boolean names(Path path) {
        if (path.getNameCount() != segments.size()) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (!matches(segments.get(i), path.getName(i).toString())) {
                return false;
            }
        }
        return true;
    }

    private static List<String> matchingNames(Path directory, String segment, Visitor visitor) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (matches(segment, name)) {
                    names.add(name);
                }
            }
            visitor.listed(directory);
        } catch (NoSuchFileException | NotDirectoryException absent) {
            return List.of();
        } catch (IOException e) {
            visitor.unreadable(directory, e);
        } catch (DirectoryIteratorException e) {
            visitor.unreadable(directory, new IOException(e));
        }
        Collections.sort(names);
        return names;
    }

    /** The text as a pattern that names just itself. */
    static String escape(String path) {
        StringBuilder escaped = new StringBuilder(path.length());
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

    private static boolean hasWildcard(String segment) {
        return segment.indexOf('*') >= 0 || segment.indexOf('?') >= 0 || segment.indexOf('[') >= 0;
    }

    /**
     * Whether a name matches one segment. Each {@code *} is tried shortest first and only the last one is ever
     * lengthened, so the time is at most pattern times name, whatever they are.
     */
    static boolean matches(String segment, String name) {
        if (name.startsWith(".") && !segment.startsWith(".")) {
            return false;
        }
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.length()) {
            int next = p < segment.length() && segment.charAt(p) != '*' ? matchOne(segment, p, name.charAt(n)) : -1;
            if (next > 0) {
                p = next;
                n++;
            } else if (p < segment.length() && segment.charAt(p) == '*') {
                star = p++;
                starName = n;
            } else if (star >= 0) {
                p = star + 1;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < segment.length() && segment.charAt(p) == '*') {
            p++;
        }
        return p == segment.length();
    }

    /** The pattern index after the element at {@code p} if it matches the character, else -1. */
    private static int matchOne(String segment, int p, char c) {
        char element = segment.charAt(p);
        if (element == '?') {
            return p + 1;
        }
        if (element == '[') {
            int end = classEnd(segment, p);
            if (end > 0) {
                return inClass(segment, p + 1, end, c) ? end + 1 : -1;
            }
        }
        return element == c ? p + 1 : -1;
    }

    /** The index of the bracket that closes the class opened at {@code open}; -1 where the bracket is a plain one. */
    private static int classEnd(String segment, int open) {
        int first = open + 1;
        if (first < segment.length() && segment.charAt(first) == '!') {
            first++;
        }
        // A closing bracket in first place is a member of the class.
        return segment.indexOf(']', first + 1);
    }

    private static boolean inClass(String segment, int from, int end, char c) {
        boolean negated = segment.charAt(from) == '!';
        int i = negated ? from + 1 : from;
        boolean found = false;
        while (i < end) {
            if (i + 2 < end && segment.charAt(i + 1) == '-') {
                found |= segment.charAt(i) <= c && c <= segment.charAt(i + 2);
                i += 3;
            } else {
                found |= segment.charAt(i) == c;
                i++;
            }
        }
        return found != negated;
    }

    @Override
    public String toString() {
        return text;
    }
}
