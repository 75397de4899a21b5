package org.fleetban.enforcer.firewall;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Service names to port numbers: the table of {@code services(5)}, and the usual names where the host has none. */
public final class Services {

    private static final Path SYSTEM = Path.of("/etc/services");

    private static final Map<String, Integer> USUAL = Map.ofEntries(
            Map.entry("ftp-data", 20),
            Map.entry("ftp", 21),
            Map.entry("ssh", 22),
            Map.entry("telnet", 23),
            Map.entry("smtp", 25),
            Map.entry("domain", 53),
            Map.entry("http", 80),
            Map.entry("pop3", 110),
            Map.entry("imap2", 143),
            Map.entry("imap", 143),
            Map.entry("imap3", 220),
            Map.entry("ldap", 389),
            Map.entry("https", 443),
            Map.entry("submissions", 465),
            Map.entry("ssmtp", 465),
            Map.entry("smtps", 465),
            Map.entry("submission", 587),
            Map.entry("ldaps", 636),
            Map.entry("ftps-data", 989),
            Map.entry("ftps", 990),
            Map.entry("imaps", 993),
            Map.entry("pop3s", 995),
            Map.entry("socks", 1080),
            Map.entry("openvpn", 1194),
            Map.entry("ms-sql-s", 1433),
            Map.entry("mysql", 3306),
            Map.entry("ms-wbt-server", 3389),
            Map.entry("sieve", 4190),
            Map.entry("sip", 5060),
            Map.entry("sips", 5061),
            Map.entry("postgresql", 5432),
            Map.entry("http-alt", 8080),
            Map.entry("webmin", 10000));

    private final Map<String, Integer> ports;

    private Services(Map<String, Integer> ports) {
        this.ports = Map.copyOf(ports);
    }

    /** The host's table over the usual names; a host without a readable {@code /etc/services} has the usual ones. */
    public static Services system() {
        try {
            return parse(Files.readString(SYSTEM, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return parse("");
        }
    }

    /** Reads the form of {@code services(5)}; lines of another form are passed over, as the C library does. */
    static Services parse(String table) {
        Map<String, Integer> ports = new HashMap<>(USUAL);
        for (String line : table.split("\n")) {
            int comment = line.indexOf('#');
            String[] words =
                    (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+");
            int slash = words.length < 2 ? -1 : words[1].indexOf('/');
            if (slash <= 0 || !words[1].substring(0, slash).matches("[0-9]{1,5}")) {
                continue;
            }
            int port = Integer.parseInt(words[1].substring(0, slash));
            for (int i = 0; i < words.length; i++) {
                if (i != 1 && port <= PortRange.MAX_PORT) {
                    ports.put(words[i].toLowerCase(Locale.ROOT), port);
                }
            }
        }
        return new Services(ports);
    }

    Optional<Integer> port(String name) {
        return Optional.ofNullable(ports.get(name.toLowerCase(Locale.ROOT)));
    }
}
