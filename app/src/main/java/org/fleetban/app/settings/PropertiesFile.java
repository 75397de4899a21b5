package org.fleetban.app.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.fleetban.app.UserException;

/** Reads a Java properties file in UTF-8 and remembers on which line each key stands. */
final class PropertiesFile {

    private PropertiesFile() {}

    /**
     * A value and where it stands.
     *
     * @param value the text
     * @param line the line of its key, from 1
     */
    record Entry(String value, int line) {}

    /**
     * Reads a file.
     *
     * @throws UserException if it can't be read, holds a key twice, or is not a properties file
     */
    static Map<String, Entry> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (MalformedInputException e) {
            throw new UserException(file + ": not UTF-8 text", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            int first = i;
            StringBuilder logical = new StringBuilder(lines.get(i));
            boolean comment = isComment(lines.get(i));
            while (!comment && continues(logical) && i + 1 < lines.size()) {
                i++;
                logical.append('\n').append(lines.get(i));
            }
            addEntry(file, first + 1, logical.toString(), entries);
        }
        return entries;
    }

    private static void addEntry(Path file, int line, String logical, Map<String, Entry> entries) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(logical));
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException(file + ":" + line + ": " + e.getMessage(), e);
        }
        for (String key : one.stringPropertyNames()) {
            Entry earlier = entries.put(key, new Entry(one.getProperty(key).trim(), line));
            if (earlier != null) {
                throw new UserException(file + ":" + line + ": '" + key + "' stands already on line " + earlier.line());
            }
        }
    }

    private static boolean isComment(String line) {
        String text = line.stripLeading();
        return text.startsWith("#") || text.startsWith("!");
    }

    private static boolean continues(CharSequence line) {
        int backslashes = 0;
        for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
