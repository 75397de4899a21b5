package org.fleetban.shipper;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running journalctl. Its entries are read ahead by a thread, some hundred kilobytes at most; then journalctl waits at
 * its full pipe, and the journal itself is the buffer. It ends by itself when its reader dies, since its pipe is closed.
 */
final class JournalProcess implements AutoCloseable {

    private static final int READ_AHEAD = 256 * 1024;
    private static final int MAX_MESSAGE = 300;
    private static final int ENTRY_TO_LINE = 2;

    private final Process process;
    private final Path errors;
    private final Runnable news;
    private final Queue<JournalEntry> entries = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(READ_AHEAD);
    private volatile @Nullable String ended;

    /**
     * @param command the program and its arguments; no shell reads them
     * @param errors a file for what it has to say, written anew
     * @param maxLine bytes of the longest line
     * @param news told when there is an entry, or the end; by another thread
     */
    JournalProcess(List<String> command, Path errors, int maxLine, Runnable news) throws IOException {
        this.errors = errors;
        this.news = news;
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(errors.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH"));
        environment.put("LC_ALL", "C.UTF-8");
        this.process = builder.start();
        Thread thread = new Thread(() -> follow(ENTRY_TO_LINE * maxLine), "fleetban-shipper-journal");
        thread.setDaemon(true);
        thread.start();
    }

    private void follow(int maxEntry) {
        String why = "";
        try (InputStream output = process.getInputStream()) {
            JournalExport export = new JournalExport(output, maxEntry);
            for (JournalEntry entry = export.next(); entry != null; entry = export.next()) {
                room.acquire(weight(entry));
                entries.add(entry);
                news.run();
            }
        } catch (IOException e) {
            why = "; its output cannot be read: " + e.getMessage();
        } catch (InterruptedException e) {
            why = "; interrupted";
        }
        ended = exit() + why;
        news.run();
    }

    private static int weight(JournalEntry entry) {
        return Math.min(READ_AHEAD, entry.weight());
    }

    private String exit() {
        try {
            if (process.waitFor(1, TimeUnit.SECONDS)) {
                return "exit code " + process.exitValue() + said();
            }
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "stopped";
    }

    /** The last line of its error output. */
    private String said() {
        try (InputStream in = Files.newInputStream(errors)) {
            String text = new String(in.readNBytes(16 * 1024), StandardCharsets.UTF_8).strip();
            String last = text.substring(text.lastIndexOf('\n') + 1).replaceAll("\\p{Cntrl}", "?");
            return last.isEmpty() ? "" : ", \"" + last.substring(0, Math.min(MAX_MESSAGE, last.length())) + "\"";
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** The next entry, or null where there is none now. */
    @Nullable
    JournalEntry poll() {
        JournalEntry entry = entries.poll();
        if (entry != null) {
            room.release(weight(entry));
        }
        return entry;
    }

    boolean hasEntry() {
        return !entries.isEmpty();
    }

    /** How it ended, once all of its entries are taken; null before. */
    @Nullable
    String ended() {
        String how = ended;
        return how != null && entries.isEmpty() ? how : null;
    }

    @Override
    public void close() {
        process.destroy();
        room.release(READ_AHEAD);
    }
}
