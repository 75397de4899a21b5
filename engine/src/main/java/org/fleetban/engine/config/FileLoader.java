package org.fleetban.engine.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code X.conf}, {@code X.d/*.conf}, {@code X.local}, {@code X.d/*.local} with all they include, and merges them;
 * each file is read once.
 */
final class FileLoader {

    private static final String INCLUDES = "INCLUDES";

    private final Path directory;
    private final Map<Path, IniFile> parsed = new HashMap<>();

    FileLoader(Path directory) {
        this.directory = directory;
    }

    /**
     * Everything that is said about {@code name}, such as {@code jail} or {@code filter.d/sshd}.
     *
     * @throws ConfigException where a file can't be read or there is none
     */
    Settings load(String name) throws ConfigException {
        List<Path> candidates = candidates(name);
        if (candidates.isEmpty()) {
            throw new ConfigException(
                    "no " + name + ".conf or " + name + ".local in " + directory, new Origin(directory, 0));
        }
        return load(candidates);
    }

    /**
     * A file of its own, wherever it is, with what it includes and its {@code .local}.
     *
     * @throws ConfigException where it can't be read
     */
    Settings load(Path file) throws ConfigException {
        return load(List.of(file));
    }

    private Settings load(List<Path> candidates) throws ConfigException {
        List<Path> files = new ArrayList<>();
        for (Path file : expandLocal(candidates)) {
            collect(file, List.of(), files);
        }
        Settings settings = new Settings();
        for (Path file : files) {
            settings.merge(parse(file));
        }
        return settings;
    }

    private List<Path> candidates(String name) throws ConfigException {
        List<Path> files = new ArrayList<>();
        try {
            for (String suffix : List.of(".conf", ".local")) {
                Path main = directory.resolve(name + suffix);
                if (Files.exists(main)) {
                    files.add(main);
                }
                files.addAll(list(directory.resolve(name + ".d"), suffix));
            }
        } catch (InvalidPathException e) {
            throw new ConfigException(
                    "no file can have the name " + Quoted.start(name + ".conf") + " here", new Origin(directory, 0));
        }
        return files;
    }

    private static List<Path> list(Path folder, String suffix) throws ConfigException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.endsWith(suffix) && !name.startsWith(".") && Files.exists(entry)) {
                    files.add(entry);
                }
            }
        } catch (IOException e) {
            throw new ConfigException("can't list the folder: " + e, new Origin(folder, 0));
        }
        files.sort((a, b) -> compareCodePoints(a.toString(), b.toString()));
        return files;
    }

    private static int compareCodePoints(String a, String b) {
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }

    /** Each file is followed by its {@code .local}, where that exists and is not listed anyway. */
    private static List<Path> expandLocal(List<Path> files) {
        List<Path> expanded = new ArrayList<>();
        for (Path file : files) {
            expanded.add(file);
            Path fileName = file.getFileName();
            if (fileName == null) {
                continue; // "/", which is no file
            }
            String name = fileName.toString();
            int dot = name.lastIndexOf('.');
            Path local = file.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".local");
            if (!files.contains(local) && Files.isRegularFile(local)) {
                expanded.add(local);
            }
        }
        return expanded;
    }

    private void collect(Path file, List<Path> including, List<Path> files) throws ConfigException {
        if (files.size() >= Limits.FILES || including.size() >= Limits.INCLUDE_DEPTH) {
            throw new ConfigException("too many includes: do files include each other?", new Origin(file, 0));
        }
        IniFile content = parse(file);
        List<Path> inner = new ArrayList<>(including);
        inner.add(file);
        Map<String, Value> includes = content.sections().getOrDefault(INCLUDES, Map.of());
        include("before", content, includes, inner, including, files);
        files.add(file);
        include("after", content, includes, inner, including, files);
    }

    private void include(
            String option,
            IniFile content,
            Map<String, Value> includes,
            List<Path> inner,
            List<Path> including,
            List<Path> files)
            throws ConfigException {
        if (!includes.containsKey(option)
                && !(content.sections().containsKey(INCLUDES)
                        && content.defaults().containsKey(option))) {
            return;
        }
        Settings alone = new Settings();
        alone.merge(content);
        Value names = alone.get(INCLUDES, option, Map.of());
        Path file = inner.get(inner.size() - 1);
        for (String name : names.text().split("\n", -1)) {
            Path included;
            try {
                included = file.resolveSibling(name);
            } catch (InvalidPathException e) {
                throw new ConfigException("not a path: " + option + " = " + name, names.origin());
            }
            if (including.contains(included)) {
                continue;
            }
            for (Path each : expandLocal(List.of(included))) {
                if (Files.isRegularFile(each)) {
                    collect(each, inner, files);
                }
            }
        }
    }

    private IniFile parse(Path file) throws ConfigException {
        IniFile known = parsed.get(file);
        if (known == null) {
            known = IniParser.parse(file, read(file));
            parsed.put(file, known);
        }
        return known;
    }

    private static String read(Path file) throws ConfigException {
        Origin origin = new Origin(file, 0);
        if (!Files.isRegularFile(file)) {
            throw new ConfigException("not a regular file", origin);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Limits.FILE_BYTES + 1);
            if (bytes.length > Limits.FILE_BYTES) {
                throw new ConfigException("larger than " + Limits.FILE_BYTES + " bytes", origin);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException("not UTF-8: convert the file, or remove the bytes", origin);
        } catch (IOException e) {
            throw new ConfigException("can't be read: " + e, origin);
        }
    }
}
