package org.fleetban.shipper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The log files of a host and, in memory, what was written to them. Each action is done to the files, to the shipper and
 * to the model. The model knows which lines no shipper could have seen, and demands all others.
 */
final class LogModel {

    /** What a file holds between its creation and its truncation or end. */
    private static final class Content {
        final List<String> lines = new ArrayList<>();
        /** What stands after the last line feed. */
        String partial = "";
        /** A running shipper has it open. */
        boolean open;
        /** Nobody need see what is written to it from now on. */
        boolean letGo;
    }

    private static final List<String> LOGS = List.of("a.log", "b.log");
    private static final List<String> TARGETS = List.of("x", "y");

    private final Host host;
    private final Path targets;
    private final RandomGenerator random;
    private final List<String> trace = new ArrayList<>();

    private final Map<Path, Content> files = new HashMap<>();
    private final List<Content> contents = new ArrayList<>();
    private final List<Path> rotated = new ArrayList<>();
    private final Set<Content> copied = new HashSet<>();
    private final Set<String> excused = new HashSet<>();
    private @Nullable Path linked;
    private int lineNumber;
    private int fileNumber;

    LogModel(Host host, Path targets, RandomGenerator random) {
        this.host = host;
        this.targets = targets;
        this.random = random;
    }

    /** What was done so far, for the report of a failure. */
    List<String> trace() {
        return trace;
    }

    void randomAction() throws IOException {
        switch (random.nextInt(25)) {
            case 0, 1, 2, 3, 4, 5 -> append(anyLog(), 1 + random.nextInt(6));
            case 6 -> append(targets.resolve(TARGETS.get(random.nextInt(2))), 1 + random.nextInt(3));
            case 7 -> appendPart(anyLog());
            case 8 -> appendToRotated();
            case 9 -> rename(anyLog());
            case 10 -> renameOver(anyLog());
            case 11, 12 -> copyTruncate(anyLog());
            case 13 -> truncate(anyLog());
            case 14 -> delete(anyLog());
            case 15 -> link(targets.resolve(TARGETS.get(random.nextInt(2))));
            case 16 -> broker();
            case 17 -> {
                if (host.runs()) {
                    goDown(random.nextBoolean());
                }
            }
            case 18 -> turn(Host.GRACE.plusMinutes(1));
            case 19 -> follow();
            default -> turn(Duration.ofMillis(150 + random.nextInt(3_000)));
        }
    }

    /** The jails changed: all logs are followed as before, by other patterns. */
    private void follow() {
        String pattern = random.nextBoolean() ? "[a-z]*.log" : "*.log";
        trace.add("follow " + pattern);
        host.follow(pattern);
    }

    private Path anyLog() {
        return host.logs().resolve(LOGS.get(random.nextInt(LOGS.size())));
    }

    private Content contentOf(Path file) {
        return files.computeIfAbsent(file, absent -> newContent(false));
    }

    private Content newContent(boolean open) {
        Content content = new Content();
        content.open = open;
        contents.add(content);
        return content;
    }

    private void append(Path file, int count) throws IOException {
        Content content = contentOf(file);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String rest = newText();
            text.append(rest).append('\n');
            String line = content.partial + rest;
            content.partial = "";
            content.lines.add(line);
            if (content.letGo) {
                excused.add(line);
            }
        }
        write(file, text.toString());
        trace.add("append " + count + " lines, up to " + (lineNumber - 1) + ", to " + file.getFileName());
    }

    private void appendPart(Path file) throws IOException {
        String part = newText();
        contentOf(file).partial += part;
        write(file, part);
        trace.add("append a part of a line, " + part.length() + " bytes, to " + file.getFileName());
    }

    private String newText() {
        int length = random.nextInt(12) == 0 ? random.nextInt(2 * Host.MAX_LINE) : random.nextInt(40);
        return lineNumber++ + "." + "x".repeat(length);
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(US_ASCII), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** A daemon goes on writing to its file after a rotation, until it is told to open the new one. */
    private void appendToRotated() throws IOException {
        if (!rotated.isEmpty()) {
            append(rotated.get(random.nextInt(rotated.size())), 1 + random.nextInt(3));
        }
    }

    private void rename(Path log) throws IOException {
        if (files.containsKey(log)) {
            moveAway(log, log.resolveSibling(log.getFileName() + "." + fileNumber++));
        }
    }

    private void renameOver(Path log) throws IOException {
        if (files.containsKey(log) && !rotated.isEmpty()) {
            Path target = rotated.remove(random.nextInt(rotated.size()));
            vanish(target);
            moveAway(log, target);
        }
    }

    private void moveAway(Path log, Path target) throws IOException {
        Files.move(log, target, StandardCopyOption.REPLACE_EXISTING);
        Content content = take(log);
        if (!content.open && !hasArrived(content)) {
            excuse(content);
        }
        files.put(target, content);
        rotated.add(target);
        trace.add("rename " + log.getFileName() + " to " + target.getFileName());
    }

    private void delete(Path log) throws IOException {
        if (files.containsKey(log)) {
            Files.delete(log);
            vanish(log);
            trace.add("delete " + log.getFileName());
        }
    }

    private void vanish(Path file) {
        Content content = take(file);
        if (!content.open) {
            excuse(content);
        }
    }

    private Content take(Path file) {
        Content content = files.remove(file);
        if (content == null) {
            throw new IllegalStateException("there is no " + file);
        }
        return content;
    }

    private void copyTruncate(Path log) throws IOException {
        if (files.containsKey(log)) {
            Path copy = log.resolveSibling(log.getFileName() + "." + fileNumber++);
            Files.copy(log, copy);
            Content content = empty(log);
            copied.add(content);
            if (!hasArrived(content)) {
                excuse(content);
            }
            trace.add("copy " + log.getFileName() + " to " + copy.getFileName() + " and truncate it");
        }
    }

    private void truncate(Path log) throws IOException {
        if (files.containsKey(log)) {
            excuse(empty(log));
            trace.add("truncate " + log.getFileName());
        }
    }

    private Content empty(Path log) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        Content content = take(log);
        files.put(log, newContent(content.open));
        return content;
    }

    private void link(Path target) throws IOException {
        Path link = host.logs().resolve("link.log");
        Path next = host.logs().resolve("next");
        Files.createSymbolicLink(next, target);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linked = target;
        trace.add("link to " + target.getFileName());
    }

    private void broker() {
        switch (random.nextInt(4)) {
            case 0 -> {
                host.broker().away(true);
                trace.add("broker away");
            }
            case 1 -> {
                int spared = random.nextInt(4);
                host.broker().fail(spared);
                trace.add("connection broken after " + spared + " lines");
            }
            default -> {
                host.broker().away(false);
                trace.add("broker there");
            }
        }
    }

    private void goDown(boolean killed) {
        if (killed) {
            host.kill(random.nextInt(4));
        } else {
            host.stop();
        }
        trace.add(killed ? "kill -9" : "stop");
        Set<Content> findable = new HashSet<>(copied);
        files.forEach((path, content) -> {
            if (!rotated.contains(path) || hasArrived(content)) {
                findable.add(content);
            }
        });
        for (Content content : contents) {
            content.open = false;
            if (!findable.contains(content)) {
                excuse(content);
            }
        }
    }

    private void turn(Duration pause) {
        if (!host.runs()) {
            host.start();
            trace.add("start");
        }
        host.turn(pause);
        int acknowledged = random.nextInt(3) == 0 ? random.nextInt(5) : Integer.MAX_VALUE;
        host.broker().acknowledge(acknowledged);
        trace.add("turn after " + pause.toMillis() + " ms, "
                + host.broker().arrived().size() + " lines arrived");
        for (Map.Entry<Path, Content> file : files.entrySet()) {
            Path name = file.getKey().getFileName();
            if (name != null && LOGS.contains(name.toString()) || file.getKey().equals(linked)) {
                file.getValue().open = true;
            }
        }
        if (pause.compareTo(Host.GRACE) > 0) {
            rotated.forEach(path -> contentOf(path).letGo = true);
        }
    }

    private boolean hasArrived(Content content) {
        Set<String> arrived = arrivedTexts();
        return content.lines.stream().anyMatch(line -> arrived.contains(cut(line)));
    }

    private Set<String> arrivedTexts() {
        return new HashSet<>(host.lines());
    }

    /** What of the content has not arrived need not arrive. */
    private void excuse(Content content) {
        Set<String> arrived = arrivedTexts();
        content.letGo = true;
        content.lines.stream().filter(line -> !arrived.contains(cut(line))).forEach(excused::add);
    }

    private static String cut(String line) {
        return line.substring(0, Math.min(line.length(), Host.MAX_LINE));
    }

    /** Lets everything come to rest, and compares. */
    void finish() throws IOException {
        if (!host.runs()) {
            host.start();
        }
        host.broker().away(false);
        for (String target : TARGETS) {
            link(targets.resolve(target));
            host.settle();
        }
        Map<String, MemorySink.Arrived> byIdentity = new LinkedHashMap<>();
        Map<String, MemorySink.Arrived> byText = new LinkedHashMap<>();
        for (MemorySink.Arrived arrived : host.broker().arrived()) {
            MemorySink.Arrived first = byIdentity.putIfAbsent(arrived.identity(), arrived);
            if (first != null) {
                assertThat(arrived.text()).as("two lines with one identity").isEqualTo(first.text());
            }
            MemorySink.Arrived same = byText.putIfAbsent(arrived.text(), arrived);
            if (same != null) {
                assertThat(arrived.identity())
                        .as("one line with two identities: %s", arrived.text())
                        .isEqualTo(same.identity());
            }
        }
        List<String> order = new ArrayList<>(byText.keySet());
        Set<String> identities = new HashSet<>();
        for (Content content : contents) {
            List<String> expected = content.lines.stream().map(LogModel::cut).toList();
            List<String> arrived = order.stream().filter(expected::contains).toList();
            List<String> missing = new ArrayList<>(content.lines);
            missing.removeIf(line -> excused.contains(line) || byText.containsKey(cut(line)));
            assertThat(missing).as("missing lines").isEmpty();
            assertThat(arrived)
                    .as("order")
                    .containsExactlyElementsOf(
                            expected.stream().filter(arrived::contains).toList());
            Set<String> names = new HashSet<>();
            host.broker().arrived().stream()
                    .filter(line -> expected.contains(line.text()))
                    .forEach(line -> names.add(line.file()));
            assertThat(names).as("identities of one content").hasSizeLessThanOrEqualTo(1);
            for (String name : names) {
                assertThat(identities.add(name))
                        .as("an identity of its own for each content")
                        .isTrue();
            }
        }
    }
}
