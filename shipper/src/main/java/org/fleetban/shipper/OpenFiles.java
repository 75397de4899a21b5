package org.fleetban.shipper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many files may be open.
 *
 * @param followed at a time
 * @param rotated of these, rotated away or deleted
 */
record OpenFiles(int followed, int rotated) {

    /** For sockets, libraries, the checkpoint, the journal. */
    private static final int OTHERS = 100;

    private static final int FEWEST = 50;

    /** Where the system tells no limit. */
    private static final int UNKNOWN = 1_024;

    static OpenFiles of(int descriptors) {
        int followed = Math.max(FEWEST, descriptors - OTHERS);
        return new OpenFiles(followed, followed / 2);
    }

    /** What the system lets this process have; the JVM has raised that to the most it may. */
    static OpenFiles ofThisProcess() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    String soft =
                            line.substring("Max open files".length()).strip().split("\\s+")[0];
                    return of(soft.matches("\\d{1,9}") ? Integer.parseInt(soft) : Integer.MAX_VALUE);
                }
            }
        } catch (IOException unknown) {
            // Not Linux: what follows is safe anywhere.
        }
        return of(UNKNOWN);
    }
}
