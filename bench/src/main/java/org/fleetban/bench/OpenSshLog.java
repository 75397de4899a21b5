package org.fleetban.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;

/**
 * An {@code auth.log} as a server on the internet has it, for demonstrations and measurements:
 *
 * <pre>{@code
 * OpenSshLog FILE LINES SEED [START]
 * }</pre>
 *
 * <p>Whole sessions of OpenSSH 7 to 9 with password log-ins, several at a time and interleaved as in a real log: guessing
 * robots (unknown users, root, other accounts), clients that only knock, users who log in and out, and between them the
 * lines of other programs. About two thirds of the lines match an expression of fail2ban's own sshd filter. Robots come
 * back: a tenth of them make most of the attempts, from addresses of 198.18.0.0/15 (RFC 2544); users come from 192.0.2.0/24.
 *
 * <p>The same seed and START give the same file. Lines carry syslog's date without a year, ten a second on average;
 * START ({@code 2026-11-23T07:00:00}) defaults to the 2nd of January, so that a long file stays within its year.
 */
public final class OpenSshLog {

    private static final DateTimeFormatter SYSLOG = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
    private static final LocalDateTime DEFAULT_START = LocalDateTime.of(2026, 1, 2, 0, 0);
    private static final int GAP_STEPS = 200;
    private static final long GAP_STEP_NANOS = 1_000_000;
    private static final int FIRST_PID = 1000;
    private static final int LAST_PID = 4_194_303;
    private static final int OPEN_SESSIONS = 12;
    private static final int ROBOTS = 20_000;
    private static final int BUSY_ROBOTS = ROBOTS / 10;

    private static final List<String> UNKNOWN = List.of(
            "admin",
            "test",
            "user",
            "oracle",
            "postgres",
            "ubuntu",
            "git",
            "pi",
            "ftpuser",
            "hadoop",
            "nagios",
            "deploy",
            "jenkins",
            "minecraft",
            "support",
            "guest",
            "es",
            "dev",
            "steam",
            "tomcat",
            "vagrant",
            "zabbix",
            "weblogic",
            "ansible",
            "a",
            "123456",
            "Administrator",
            "user1",
            "test1",
            "teamspeak",
            "www",
            "sol",
            "validator",
            "admin ");
    private static final List<String> ACCOUNTS =
            List.of("root", "root", "root", "root", "daemon", "backup", "www-data");
    private static final List<String> USERS = List.of("alice", "bob", "carol", "dave", "erin", "frank");

    private final SplittableRandom random;
    private final int quiet;
    private final long gapStepNanos;
    private final List<Queue<String>> open = new ArrayList<>();
    private LocalDateTime time;
    private int pid = FIRST_PID;

    /**
     * A log from its beginning.
     *
     * @param seed the same seed gives the same lines
     * @param start the date of the first line
     */
    public OpenSshLog(long seed, LocalDateTime start) {
        this(seed, start, 0, GAP_STEP_NANOS * GAP_STEPS / 2);
    }

    /**
     * A log from its beginning, of another mix and pace.
     *
     * @param seed the same seed gives the same lines
     * @param start the date of the first line
     * @param quiet for each 100 sessions so many more of users and other programs
     * @param gapNanos from a line to the next, on average
     */
    OpenSshLog(long seed, LocalDateTime start, int quiet, long gapNanos) {
        this.random = new SplittableRandom(seed);
        this.time = start;
        this.quiet = quiet;
        this.gapStepNanos = gapNanos * 2 / GAP_STEPS;
    }

    /** Writes a log: {@code FILE LINES SEED [START]}. */
    public static void main(String[] args) throws IOException {
        if (args.length < 3 || args.length > 4) {
            throw usage();
        }
        long lines;
        OpenSshLog log;
        try {
            lines = Long.parseLong(args[1]);
            log = new OpenSshLog(
                    Long.parseLong(args[2]), args.length == 4 ? LocalDateTime.parse(args[3]) : DEFAULT_START);
        } catch (NumberFormatException | DateTimeParseException e) {
            throw usage();
        }
        try (BufferedWriter file = Files.newBufferedWriter(Path.of(args[0]), StandardCharsets.UTF_8)) {
            for (long i = 0; i < lines; i++) {
                file.write(log.next());
                file.write('\n');
            }
        }
    }

    private static IllegalArgumentException usage() {
        return new IllegalArgumentException("expected FILE LINES SEED [START], such as /tmp/auth.log 1000000 1");
    }

    /** The next line, without its newline. */
    public String next() {
        while (open.size() < OPEN_SESSIONS) {
            open.add(session());
        }
        int chosen = random.nextInt(OPEN_SESSIONS);
        Queue<String> session = open.get(chosen);
        String line = SYSLOG.format(time) + " web1 " + session.remove();
        if (session.isEmpty()) {
            open.remove(chosen);
        }
        time = time.plusNanos(random.nextInt(GAP_STEPS) * gapStepNanos);
        return line;
    }

    private Queue<String> session() {
        int kind = random.nextInt(100 + quiet);
        if (kind < 38) {
            return guessing(true);
        } else if (kind < 66) {
            return guessing(false);
        } else if (kind < 74) {
            return knocking();
        } else if (kind < 84 || kind >= 100 && kind % 3 == 0) {
            return login();
        } else {
            return otherProgram();
        }
    }

    /** A robot that tries passwords, for a user that is unknown or known. */
    private Queue<String> guessing(boolean unknown) {
        Session session = new Session();
        String address = robot();
        String user = pick(unknown ? UNKNOWN : ACCOUNTS);
        String from = address + " port " + port();
        String named = unknown ? "invalid user " + user : user;
        if (unknown) {
            session.say("Invalid user " + user + " from " + from);
        }
        int tries = random.nextInt(4) == 0 ? 1 + random.nextInt(6) : 1;
        for (int i = 0; i < tries; i++) {
            if (unknown) {
                session.say("pam_unix(sshd:auth): check pass; user unknown");
            }
            if (i == 0) {
                session.say("pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost="
                        + address + (unknown ? " " : "  user=" + user));
            }
            session.say("Failed password for " + named + " from " + from + " ssh2");
        }
        String peer = (unknown ? "invalid user " : "authenticating user ") + user + " " + from;
        if (tries == 6) {
            session.say("error: maximum authentication attempts exceeded for " + named + " from " + from
                    + " ssh2 [preauth]");
            session.say("Disconnecting " + peer + ": Too many authentication failures [preauth]");
        } else if (random.nextBoolean()) {
            session.say("Received disconnect from " + from + ":11: Bye Bye [preauth]");
            session.say("Disconnected from " + peer + " [preauth]");
        } else {
            session.say("Connection " + (random.nextInt(4) == 0 ? "reset" : "closed") + " by " + peer + " [preauth]");
        }
        if (tries > 1) {
            session.say("PAM " + (tries - 1) + " more authentication failure" + (tries > 2 ? "s" : "")
                    + "; logname= uid=0 euid=0 tty=ssh ruser= rhost=" + address + (unknown ? " " : "  user=" + user));
        }
        return session.messages;
    }

    /** A client that goes before it has named a user. */
    private Queue<String> knocking() {
        Session session = new Session();
        String from = robot() + " port " + port();
        switch (random.nextInt(5)) {
            case 0 -> session.say("Did not receive identification string from " + from);
            case 1 -> {
                session.say("error: kex_exchange_identification: Connection closed by remote host");
                session.say("Connection closed by " + from);
            }
            case 2 -> session.say("banner exchange: Connection from " + from + ": invalid format");
            case 3 ->
                session.say("Unable to negotiate with " + from + ": no matching key exchange method found."
                        + " Their offer: diffie-hellman-group14-sha1,diffie-hellman-group1-sha1 [preauth]");
            default -> session.say("Connection closed by " + from + " [preauth]");
        }
        return session.messages;
    }

    /** A user who logs in, now and then after a mistyped password, and out. */
    private Queue<String> login() {
        Session session = new Session();
        String address = "192.0.2." + (1 + random.nextInt(250));
        String from = address + " port " + port();
        String user = pick(USERS);
        if (random.nextInt(8) == 0) {
            session.say("pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost="
                    + address + "  user=" + user);
            session.say("Failed password for " + user + " from " + from + " ssh2");
        }
        session.say(
                random.nextBoolean()
                        ? "Accepted password for " + user + " from " + from + " ssh2"
                        : "Accepted publickey for " + user + " from " + from + " ssh2: ED25519 SHA256:" + key());
        session.say("pam_unix(sshd:session): session opened for user " + user + "(uid=" + (1000 + USERS.indexOf(user))
                + ") by (uid=0)");
        session.say("Received disconnect from " + from + ":11: disconnected by user");
        session.say("Disconnected from user " + user + " " + from);
        session.say("pam_unix(sshd:session): session closed for user " + user);
        return session.messages;
    }

    private Queue<String> otherProgram() {
        String user = pick(USERS);
        Queue<String> messages = new ArrayDeque<>();
        switch (random.nextInt(3)) {
            case 0 -> {
                int cron = newPid();
                messages.add(
                        "CRON[" + cron + "]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)");
                messages.add("CRON[" + cron + "]: pam_unix(cron:session): session closed for user root");
            }
            case 1 ->
                messages.add("sudo:    " + user + " : TTY=pts/0 ; PWD=/home/" + user
                        + " ; USER=root ; COMMAND=/usr/bin/systemctl reload apache2");
            default ->
                messages.add("systemd-logind[612]: New session " + random.nextInt(100_000) + " of user " + user + ".");
        }
        return messages;
    }

    private String robot() {
        int robot = random.nextInt(random.nextInt(4) == 0 ? ROBOTS : BUSY_ROBOTS);
        return "198." + (18 + (robot & 1)) + "." + (robot >> 9) + "." + (robot >> 1 & 255);
    }

    private int newPid() {
        pid = pid == LAST_PID ? FIRST_PID : pid + 1;
        return pid;
    }

    private int port() {
        return 1024 + random.nextInt(64_512);
    }

    private String key() {
        StringBuilder key = new StringBuilder(43);
        for (int i = 0; i < 43; i++) {
            key.append("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".charAt(random.nextInt(64)));
        }
        return key.toString();
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    /** What one process of sshd logs. */
    private final class Session {

        private final String program = "sshd[" + newPid() + "]: ";
        private final Queue<String> messages = new ArrayDeque<>();

        void say(String message) {
            messages.add(program + message);
        }
    }
}
