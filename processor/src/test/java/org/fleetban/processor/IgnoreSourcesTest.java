package org.fleetban.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fleetban.engine.jail.IgnoreList;
import org.fleetban.engine.jail.IpRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IgnoreSourcesTest {

    @TempDir
    Path directory;

    private final Map<String, byte[]> names = new HashMap<>();

    private InetAddress[] resolve(String name) throws UnknownHostException {
        byte[] address = names.get(name);
        if (address == null) {
            throw new UnknownHostException(name);
        }
        return new InetAddress[] {InetAddress.getByAddress(address)};
    }

    private JailRegistry registry(String... entries) {
        return new JailRegistry(List.of(TestJail.named("sshd").ignoring(entries).compile()), this::resolve);
    }

    private static boolean ignores(JailRegistry registry, String id) {
        IgnoreList list = registry.ignoreList("sshd");
        return list != null && list.ruleFor(id, IpRange.parse(id)) != null;
    }

    @Test
    void aNameIsIgnoredOnceItIsResolvedAndWhileItsServerIsAway() {
        JailRegistry registry = registry("monitor.example");
        names.put("monitor.example", new byte[] {(byte) 192, 0, 2, 9});
        assertThat(ignores(registry, "192.0.2.9")).isFalse();

        registry.refreshIgnoreLists();
        assertThat(ignores(registry, "192.0.2.9")).isTrue();

        names.clear();
        registry.refreshIgnoreLists();
        assertThat(ignores(registry, "192.0.2.9")).isTrue();

        names.put("monitor.example", new byte[] {(byte) 192, 0, 2, 10});
        registry.refreshIgnoreLists();
        assertThat(ignores(registry, "192.0.2.9")).isFalse();
        assertThat(ignores(registry, "192.0.2.10")).isTrue();
    }

    @Test
    void aFileIsReadAgainWithEveryRefresh() throws IOException {
        Path file = directory.resolve("friends");
        JailRegistry registry = registry("file:" + file);
        assertThat(ignores(registry, "192.0.2.9")).isFalse();

        Files.writeString(file, "192.0.2.0/24\n");
        registry.refreshIgnoreLists();
        assertThat(ignores(registry, "192.0.2.9")).isTrue();
    }
}
