package org.fleetban.app;

import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.fleetban.protocol.JsonCodec;

/** Prints a command's results: hundreds of thousands of lines leave in blocks, not each for itself. */
final class Results {

    private static final int BLOCK = 1 << 16;

    private final Environment environment;

    Results(Environment environment) {
        this.environment = environment;
    }

    /** Prints what an action writes; it ends its lines with a line feed. */
    void print(Consumer<PrintStream> action) {
        PrintStream out =
                new PrintStream(new BufferedOutputStream(environment.out(), BLOCK), false, StandardCharsets.UTF_8);
        action.accept(out);
        out.flush();
    }

    /** Prints an object as one line of JSON. */
    static <T> void json(JsonCodec<T> codec, T value, PrintStream out) {
        codec.write(value, out);
        out.print('\n');
    }
}
