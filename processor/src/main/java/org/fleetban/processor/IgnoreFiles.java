package org.fleetban.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.fleetban.engine.jail.IgnoreList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code file:…} of {@code ignoreip}; knows no names. */
final class IgnoreFiles implements IgnoreList.Sources {

    static final IgnoreFiles ONLY = new IgnoreFiles();

    private static final Logger LOG = LoggerFactory.getLogger(IgnoreFiles.class);
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private IgnoreFiles() {}

    @Override
    public Collection<String> addressesOf(String name) {
        return List.of();
    }

    @Override
    public Collection<String> linesOf(String file) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > MAX_BYTES) {
                LOG.warn("ignoreip file {} is larger than {} bytes: left out", file, MAX_BYTES);
                return List.of();
            }
            return Files.readAllLines(path);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("ignoreip file {} can't be read, nothing of it is ignored: {}", file, e.toString());
            return List.of();
        }
    }
}
