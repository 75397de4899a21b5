package org.fleetban.engine.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ini grammar of Python's {@code configparser} in its strict mode, with {@code ;} as the only inline comment: names
 * are lower-cased, {@code =} and {@code :} delimit, deeper indentation continues a value.
 */
final class IniParser {

    private final Path file;
    private final Map<String, Value> defaults = new LinkedHashMap<>();
    private final Map<String, Map<String, Value>> sections = new LinkedHashMap<>();
    private final List<IniFile.Fault> faults = new ArrayList<>();
    private final Set<String> seenOptions = new HashSet<>();

    private @Nullable String sectionName;
    private @Nullable Map<String, Value> section;
    private @Nullable String optionName;
    private List<String> optionLines = List.of();
    private int optionStart;
    private int indent;

    private IniParser(Path file) {
        this.file = file;
    }

    static IniFile parse(Path file, String text) {
        IniParser parser = new IniParser(file);
        int number = 0;
        for (String line : text.split("\r\n|\r|\n", -1)) {
            parser.line(line, ++number);
        }
        parser.endOption();
        return new IniFile(parser.defaults, parser.sections, parser.faults);
    }

    private void line(String line, int number) {
        int comment = commentStart(line);
        String content = WhiteSpace.strip(comment < 0 ? line : line.substring(0, comment));
        if (content.isEmpty()) {
            if (comment < 0 && optionName != null) {
                optionLines.add("");
            }
            return;
        }
        int indentation = indentation(line);
        if (optionName != null && indentation > indent) {
            optionLines.add(content);
            return;
        }
        indent = indentation;
        int close = content.lastIndexOf(']');
        if (content.charAt(0) == '[' && close > 1) {
            startSection(content.substring(1, close), number);
        } else {
            startOption(content, number);
        }
    }

    /** Where a comment begins, or -1. */
    private static int commentStart(String line) {
        int start = indentation(line);
        if (start < line.length() && (line.charAt(start) == '#' || line.charAt(start) == ';')) {
            return 0;
        }
        for (int at = line.indexOf(';'); at >= 0; at = line.indexOf(';', at + 1)) {
            if (WhiteSpace.is(line.charAt(at - 1))) {
                return at;
            }
        }
        return -1;
    }

    private static int indentation(String line) {
        int at = 0;
        while (at < line.length() && WhiteSpace.is(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private void startSection(String name, int number) {
        endOption();
        sectionName = name;
        if (name.equals(IniFile.DEFAULT)) {
            section = defaults;
        } else {
            if (sections.containsKey(name)) {
                fault(name, number, "section [" + name + "] appears twice in this file: join the two");
            }
            section = sections.computeIfAbsent(name, n -> new LinkedHashMap<>());
        }
    }

    private void startOption(String content, int number) {
        endOption();
        if (sectionName == null) {
            fault(null, number, "expected a section header such as [DEFAULT] before the first option");
            return;
        }
        int delimiter = delimiter(content);
        if (delimiter <= 0) {
            fault(sectionName, number, "expected name = value, or a [section]");
            return;
        }
        String name = WhiteSpace.stripTrailing(content.substring(0, delimiter)).toLowerCase(Locale.ROOT);
        if (!seenOptions.add(sectionName + "\n" + name)) {
            fault(
                    sectionName,
                    number,
                    "option " + name + " appears twice in section [" + sectionName
                            + "] of this file: remove one, or indent a continued value");
        }
        optionName = name;
        optionStart = number;
        optionLines = new ArrayList<>();
        optionLines.add(WhiteSpace.strip(content.substring(delimiter + 1)));
    }

    private static int delimiter(String content) {
        for (int i = 0; i < content.length(); i++) {
            if (content.charAt(i) == '=' || content.charAt(i) == ':') {
                return i;
            }
        }
        return -1;
    }

    private void endOption() {
        if (optionName != null && section != null) {
            String text = WhiteSpace.stripTrailing(String.join("\n", optionLines));
            section.put(optionName, new Value(text, new Origin(file, optionStart)));
        }
        optionName = null;
    }

    private void fault(@Nullable String inSection, int number, String message) {
        faults.add(new IniFile.Fault(inSection, new Origin(file, number), message));
    }
}
