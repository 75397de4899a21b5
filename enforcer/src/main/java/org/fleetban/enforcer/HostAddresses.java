package org.fleetban.enforcer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.fleetban.enforcer.firewall.Network;

/** Finds out whom this host needs: its own addresses, its default gateways, and who sits at its SSH session. */
final class HostAddresses {

    private static final Path ROUTES_4 = Path.of("/proc/net/route");
    private static final Path ROUTES_6 = Path.of("/proc/net/ipv6_route");
    private static final String ALL_ZERO = "0".repeat(32);

    private HostAddresses() {}

    /** What is known at this moment; a source that cannot be read adds nothing. */
    static List<Allowlist.Entry> find() {
        List<Allowlist.Entry> found = new ArrayList<>();
        for (Network own : own()) {
            found.add(new Allowlist.Entry(own, "this host's own address"));
        }
        for (Network gateway : gateways()) {
            found.add(new Allowlist.Entry(gateway, "default gateway"));
        }
        sshPeer(System.getenv().getOrDefault("SSH_CONNECTION", ""))
                .ifPresent(peer -> found.add(new Allowlist.Entry(peer, "the SSH session that started this")));
        return found;
    }

    /** The addresses of all interfaces. */
    static List<Network> own() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(Network::of)
                    .distinct()
                    .sorted()
                    .toList();
        } catch (SocketException e) {
            return List.of();
        }
    }

    private static List<Network> gateways() {
        List<Network> gateways = new ArrayList<>();
        for (String line : lines(ROUTES_4)) {
            gateway4(line).ifPresent(gateways::add);
        }
        for (String line : lines(ROUTES_6)) {
            gateway6(line).ifPresent(gateways::add);
        }
        return gateways;
    }

    /** A line of {@code /proc/net/route}: interface, destination, gateway, … in the host's byte order. */
    static Optional<Network> gateway4(String line) {
        String[] words = line.strip().split("\\s+");
        if (words.length < 3 || !words[1].equals("00000000") || words[2].equals("00000000")) {
            return Optional.empty();
        }
        try {
            byte[] bytes = HexFormat.of().parseHex(words[2]);
            int bits = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt();
            return Optional.of(Network.of(
                    InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array())));
        } catch (IllegalArgumentException | IOException e) {
            return Optional.empty();
        }
    }

    /** A line of {@code /proc/net/ipv6_route}: destination, its length, source, its length, gateway, … */
    static Optional<Network> gateway6(String line) {
        String[] words = line.strip().split("\\s+");
        if (words.length < 5 || !words[0].equals(ALL_ZERO) || !words[1].equals("00") || words[4].equals(ALL_ZERO)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Network.of(InetAddress.getByAddress(HexFormat.of().parseHex(words[4]))));
        } catch (IllegalArgumentException | IOException e) {
            return Optional.empty();
        }
    }

    /** The first word of what sshd puts into the environment of a session: the peer's address. */
    static Optional<Network> sshPeer(String connection) {
        try {
            return Optional.of(Network.parse(connection.strip().split(" ", 2)[0]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
