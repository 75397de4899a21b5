package org.fleetban.protocol;

/** Headers of a record on {@code lines}: the identity of the line, as ASCII text. */
public final class LineHeaders {

    /** Identity of the file: stable over renames, different for every new file. */
    public static final String FILE = "file";

    /** Byte offset of the line's first byte in that file, decimal. */
    public static final String OFFSET = "offset";

    /** Further paths that lead to the same file, as symbolic links do: UTF-8, separated by NUL. */
    public static final String NAMES = "names";

    /**
     * The line's own time, in microseconds since 1970, decimal: where its source knows it, as the journal does. The text
     * then holds none.
     */
    public static final String TIME = "time";

    private LineHeaders() {}
}
