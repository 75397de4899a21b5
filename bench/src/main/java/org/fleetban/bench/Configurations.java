package org.fleetban.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Configurations of what is measured: one log file, one broker. */
final class Configurations {

    private static final List<Path> OMKAFKA = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/rsyslog/omkafka.so"),
            Path.of("/usr/lib/aarch64-linux-gnu/rsyslog/omkafka.so"),
            Path.of("/usr/lib64/rsyslog/omkafka.so"));

    private Configurations() {}

    /** A directory for {@code fleetban shipper}. */
    static Path fleetban(Path directory, Path log, String bootstrapServers) throws IOException {
        Path config = directory.resolve("config");
        Files.createDirectories(config.resolve("filter.d"));
        Files.writeString(
                config.resolve("fleetban.properties"), "bootstrap.servers=" + bootstrapServers + "\nhost.name=web1\n");
        Files.writeString(config.resolve("filter.d/bench.conf"), "[Definition]\nfailregex = ^ from <HOST>\n");
        Files.writeString(
                config.resolve("jail.conf"),
                "[bench]\nenabled = true\nfilter = bench\nbackend = auto\nlogpath = " + log + "\n");
        return config;
    }

    /**
     * The command that starts a part with the sshd jail of a configuration, against a broker.
     *
     * @param directory for its state; {@code auth.log} in it is the log that the jail reads beside its own
     */
    static List<String> part(String part, String launcher, BrokerProcess broker, Path config, Path directory)
            throws IOException {
        Path log = directory.resolve("auth.log");
        if (!Files.exists(log)) {
            Files.createFile(log);
        }
        return List.of(
                "env",
                "FLEETBAN_BOOTSTRAP_SERVERS=" + broker.bootstrapServers(),
                launcher,
                part,
                "--config",
                config.toString(),
                "--data",
                directory.resolve(part).toString(),
                "--log",
                "sshd=" + log);
    }

    /** A file for rsyslogd; an empty path where its Kafka output is missing. */
    static Path rsyslog(Path directory, Path log, BrokerProcess broker) throws IOException {
        if (OMKAFKA.stream().noneMatch(Files::exists)) {
            return Path.of("");
        }
        return Files.writeString(directory.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s" localHostname="web1")
                module(load="imfile")
                module(load="omkafka")
                input(type="imfile" File="%2$s" Tag="log" readTimeout="0")
                template(name="key" type="string" string="%%HOSTNAME%%|%2$s")
                template(name="line" type="string" string="%%msg%%")
                action(type="omkafka" broker=["%3$s"] topic="%4$s" template="line" key="key" dynaKey="on"
                       confParam=["acks=all", "enable.idempotence=true", "compression.codec=lz4"])
                """.formatted(
                directory, log, broker.bootstrapServers(), broker.topics().lines()));
    }

    /**
     * The command of a fail2ban server of its own, in the foreground.
     *
     * @param level of what it says in the file {@code log}
     */
    static List<String> fail2ban(Path directory, Path log, String level) throws IOException {
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.writeString(config.resolve("fail2ban.conf"), """
                [Definition]
                loglevel = %2$s
                logtarget = %1$s/log
                socket = %1$s/socket
                pidfile = %1$s/pid
                dbfile = None
                """.formatted(directory, level));
        Files.writeString(config.resolve("jail.conf"), """
                [sshd]
                enabled = true
                filter = sshd
                backend = auto
                logpath = %s
                maxretry = 5
                findtime = 10m
                bantime = 10m
                """.formatted(log));
        Files.createSymbolicLink(config.resolve("filter.d"), Path.of("/etc/fail2ban/filter.d"));
        Files.createSymbolicLink(config.resolve("action.d"), Path.of("/etc/fail2ban/action.d"));
        return List.of("fail2ban-server", "-f", "-c", config.toString(), "start");
    }
}
