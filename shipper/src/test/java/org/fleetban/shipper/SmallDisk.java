package org.fleetban.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few kilobytes, mounted for a test. */
final class SmallDisk implements AutoCloseable {

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    static SmallDisk mount(Path directory, String size) throws IOException, InterruptedException {
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString()) == 0;
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(mounted, "mounting a file system needs root");
        }
        assertThat(mounted).isTrue();
        return new SmallDisk(directory);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Writes until nothing more fits. */
    void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(directory.resolve("filler"))) {
            for (int i = 0; i < 10_000; i++) {
                filler.write(new byte[1_024]);
            }
            throw new AssertionError("the disk does not get full");
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left on device");
        }
    }

    void free() throws IOException {
        Files.delete(directory.resolve("filler"));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", "--lazy", directory.toString());
    }
}
