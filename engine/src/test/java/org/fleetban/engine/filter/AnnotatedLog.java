package org.fleetban.engine.filter;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one of fail2ban's test logs: comment lines in it say what the next line must give, under which options. */
final class AnnotatedLog {

    private static final Pattern DIRECTIVE =
            Pattern.compile("^#+ ?(failJSON|(?:file|filter)Options|addFILE):(.+)$", Pattern.DOTALL);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, String>> OPTIONS = new TypeReference<>() {};

    /**
     * A line to be judged.
     *
     * @param file the log it stands in
     * @param number its line number, from 1
     * @param text the line
     * @param expected its annotation; null where it has none, and so must not match
     * @param optionSets the options under which it is judged, each set in turn; those that begin with {@code test.} are
     *     for the test
     */
    record Line(
            String file, int number, String text, @Nullable JsonNode expected, List<Map<String, String>> optionSets) {}

    private final Path folder;
    private final String filter;
    private final List<Line> lines = new ArrayList<>();
    private final Deque<String> files = new ArrayDeque<>();

    private AnnotatedLog(Path folder, String filter) {
        this.folder = folder;
        this.filter = filter;
    }

    static List<Line> read(Path folder, String filter) throws IOException {
        AnnotatedLog log = new AnnotatedLog(folder, filter);
        log.files.add(filter);
        List<Map<String, String>> optionSets = List.of();
        while (!log.files.isEmpty()) {
            optionSets = log.readFile(log.files.remove(), optionSets);
        }
        return log.lines;
    }

    private List<Map<String, String>> readFile(String file, List<Map<String, String>> inherited) throws IOException {
        List<Map<String, String>> optionSets = inherited;
        Map<String, String> common = Map.of();
        boolean skipped = false;
        String[] texts =
                Files.readString(folder.resolve(file), StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < texts.length; i++) {
            Matcher directive = DIRECTIVE.matcher(texts[i]);
            boolean annotated = false;
            JsonNode value = null;
            if (directive.matches()) {
                value = JSON.readTree(directive.group(2));
                switch (directive.group(1)) {
                    case "fileOptions" -> common = JSON.convertValue(value, OPTIONS);
                    case "addFILE" -> files.add(value.textValue());
                    case "filterOptions" -> {
                        optionSets = new ArrayList<>();
                        for (JsonNode set : value.isArray() ? value : List.of(value)) {
                            Map<String, String> options = new LinkedHashMap<>(common);
                            options.putAll(JSON.convertValue(set, OPTIONS));
                            skipped = !holds(options.get("test.condition"));
                            if (!skipped) {
                                optionSets.add(options);
                            }
                        }
                    }
                    default -> annotated = true;
                }
                if (!annotated) {
                    continue;
                }
                i++;
            } else if (skipped || texts[i].startsWith("#") || texts[i].isBlank()) {
                continue;
            }
            if (!skipped) {
                if (optionSets.isEmpty()) {
                    optionSets = List.of(Map.of());
                }
                lines.add(new Line(file, i + 1, texts[i].replaceAll("[\r\n]+$", ""), value, List.copyOf(optionSets)));
            }
        }
        return optionSets;
    }

    /** The only condition that these files have. */
    private boolean holds(@Nullable String condition) {
        if (condition == null) {
            return true;
        }
        if (!condition.equals("name=='sshd'")) {
            throw new IllegalArgumentException("unknown test.condition: " + condition);
        }
        return filter.equals("sshd");
    }
}
