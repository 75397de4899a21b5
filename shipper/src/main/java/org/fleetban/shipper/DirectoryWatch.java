package org.fleetban.shipper;

import java.nio.file.Path;

/** Tells at once what changes in directories. It may miss changes: files are looked at from time to time all the same. */
interface DirectoryWatch extends AutoCloseable {

    /** Receives the changes. */
    interface Changes {
        /** A file was written to. */
        void written(Path file);

        /** Something appeared or vanished, or it is not known what changed. */
        void rearranged();
    }

    /** Watches a directory, which may be watched already or not exist. */
    void watch(Path directory);

    /** Whether to tell of writes to files; of what appears and vanishes it tells always. */
    void writes(boolean wanted);

    /** Whether all directories are watched; if not, files must be looked at often. */
    boolean complete();

    /** Waits until something changed, at most so long, and reports what did. */
    void await(long nanos, Changes changes) throws InterruptedException;

    /** Ends the wait that is going on, or else the next one; by any thread. */
    void nudge();

    /** Ends a wait, now and for ever. */
    void wake();

    @Override
    void close();
}
