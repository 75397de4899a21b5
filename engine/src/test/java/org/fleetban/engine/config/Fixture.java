package org.fleetban.engine.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A configuration directory that a test writes. */
final class Fixture {

    private final Path directory;

    Fixture(Path directory) {
        this.directory = directory;
    }

    Fixture file(String name, String text) {
        try {
            Path path = directory.resolve(name);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory() {
        return directory;
    }

    Configuration read() {
        return ConfigurationReader.read(directory, Set.of(), Map.of());
    }
}
