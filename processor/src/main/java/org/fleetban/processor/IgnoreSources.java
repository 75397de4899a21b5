package org.fleetban.processor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fleetban.engine.jail.IgnoreList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code file:…} of {@code ignoreip}, and knows the addresses of its names as of the last {@link #resolve()}: a name
 * asked for the first time has none until then. Nobody but the caller of {@code resolve} waits for a name server.
 */
final class IgnoreSources implements IgnoreList.Sources {

    /** Asks for the addresses of a host name. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(IgnoreSources.class);
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final Resolver resolver;
    private final Map<String, List<String>> names = new ConcurrentHashMap<>();

    IgnoreSources(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Asks anew for every name that was ever asked for; one that does not answer keeps its last addresses. */
    void resolve() {
        for (String name : names.keySet()) {
            try {
                names.put(
                        name,
                        Arrays.stream(resolver.resolve(name))
                                .map(InetAddress::getHostAddress)
                                .toList());
            } catch (UnknownHostException e) {
                LOG.warn("ignoreip: the name {} has no address now: {}", name, e.getMessage());
            }
        }
    }

    @Override
    public Collection<String> addressesOf(String name) {
        return names.computeIfAbsent(name, unknown -> List.of());
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
