package org.fleetban.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.engine.config.JailDefinition.UseDns;
import org.fleetban.engine.filter.Filter;
import org.fleetban.engine.filter.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever text a client chooses, the shipped filters find the client or nobody. The texts are made of pieces of the
 * filters' own samples, which name a victim.
 */
class HostileTextTest {

    private static final Path CONFIG = Path.of("..", "config");
    private static final Instant CLOCK = Instant.parse("2026-11-23T12:00:00Z");
    private static final long SEED = Long.getLong("fleetban.seed", 20261123);
    private static final int TEXTS_PER_LINE = 200;

    private static final String CLIENT = "203.0.113.99";
    private static final String VICTIM = "192.0.2.66";
    private static final Pattern SAMPLE_ADDRESS =
            Pattern.compile("(?:192\\.0\\.2|198\\.51\\.100|203\\.0\\.113)\\.\\d+|2001:db8::\\w+");
    private static final List<String> GLUE = List.of(
            "",
            " ",
            "'",
            "\"",
            "'\"",
            ")",
            "(",
            "]",
            ">",
            ",",
            ", ",
            ":",
            ": ",
            "\",",
            "' ",
            " - ",
            "x",
            " port 22",
            " ssh2",
            " [preauth]",
            " from ",
            " 404 196");

    /** What the programs write around a text of their client's choice, which stands where the braces are. */
    static Stream<Arguments> lines() {
        return Stream.of(
                        sshd("Failed password for invalid user {} from 203.0.113.99 port 40022 ssh2"),
                        sshd("Invalid user {} from 203.0.113.99 port 40022"),
                        sshd("Invalid user {} from 203.0.113.99"),
                        sshd("Failed publickey for invalid user {} from 203.0.113.99 port 40022 ssh2: RSA SHA256:abc"),
                        sshd(
                                "Failed publickey for root from 203.0.113.99 port 40022 ssh2: RSA-CERT SHA256:a ID {} (serial 1)"
                                        + " CA ED25519 SHA256:b"),
                        sshd(
                                "Failed hostbased for root from 203.0.113.99 port 40022 ssh2: RSA SHA256:a, client user \"{}\","
                                        + " client host \"{}\""),
                        sshd("Failed rhosts for root from 203.0.113.99 port 1022 ssh1: ruser {}"),
                        sshd("error: PAM: Authentication failure for illegal user {} from 203.0.113.99"),
                        sshd(
                                "error: maximum authentication attempts exceeded for invalid user {} from 203.0.113.99 port 40022"
                                        + " ssh2 [preauth]"),
                        sshd("Disconnecting invalid user {} 203.0.113.99 port 40022: Change of username or service not"
                                + " allowed: ({},ssh-connection) -> ({},ssh-connection) [preauth]"),
                        sshd("Connection closed by invalid user {} 203.0.113.99 port 40022 [preauth]"),
                        sshd("Bad protocol version identification '{}' from 203.0.113.99 port 40022"),
                        sshd("error: kex_exchange_identification: client sent invalid protocol identifier \"{}\""),
                        sshd("Received disconnect from 203.0.113.99 port 40022:11: {} [preauth]"),
                        sshd("Received disconnect from 203.0.113.99: 11: {} [preauth]"),
                        sshd("Protocol major versions differ for 203.0.113.99: SSH-2.0-OpenSSH vs. {}"),
                        sshd(
                                "Unable to negotiate with 203.0.113.99 port 40022: no matching cipher found. Their offer: {}"),
                        sshd(
                                "ssh_dispatch_run_fatal: Connection from invalid user {} 203.0.113.99 port 40022: {} [preauth]"),
                        sshd("pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser="
                                + " rhost=203.0.113.99  user={}"),
                        asterisk("chan_sip.c: Registration from '{}' failed for '203.0.113.99:5060' - Wrong password"),
                        asterisk(
                                "chan_sip.c: Call from '{}' (203.0.113.99:5060) to extension '{}' rejected because extension"
                                        + " not found in context 'default'."),
                        asterisk("chan_iax2.c: Host 203.0.113.99 failed to authenticate as {}"),
                        asterisk("chan_iax2.c: No registration for peer '{}' (from 203.0.113.99)"),
                        asterisk("chan_iax2.c: Host 203.0.113.99 failed MD5 authentication for '{}' (a != b)"),
                        asterisk("manager.c: 203.0.113.99 tried to authenticate with nonexistent user '{}'"),
                        asterisk(
                                "res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '{}' failed for '203.0.113.99:5060'"
                                        + " (callid: {}) - No matching endpoint found"),
                        security("InvalidAccountID", "{}", "{}", ""),
                        security(
                                "InvalidPassword",
                                "{}",
                                "{}",
                                ",Challenge=\"1\",ReceivedChallenge=\"{}\",ReceivedHash=\"{}\""),
                        security(
                                "ChallengeResponseFailed",
                                "100",
                                "{}",
                                ",Challenge=\"1\",Response=\"{}\",ExpectedResponse=\"\""),
                        security("SuccessfulAuth", "{}", "{}", ",UsingPassword=\"{}\""),
                        error("apache-auth", "auth_basic:error", "AH01618: user {} not found: {}"),
                        error(
                                "apache-auth",
                                "auth_basic:error",
                                "AH01617: user {}: authentication failure for \"{}\":"
                                        + " Password Mismatch, referer: {}"),
                        error("apache-auth", "auth_digest:error", "AH01790: user `{}' in realm `{}' not found: {}"),
                        error("apache-auth", "core:info", "AH00128: File does not exist: {}"),
                        error("apache-botsearch", "core:info", "AH00128: File does not exist: {}, referer: {}"),
                        error("apache-botsearch", "php:error", "script '{}' not found or unable to stat, referer: {}"))
                .map(Arguments.class::cast);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void noTextOfTheClientsChoiceAccusesSomebodyElse(String filterName, String template) throws Exception {
        attack(filterName, template, UnaryOperator.identity());
    }

    @ParameterizedTest
    @MethodSource("accessLines")
    void noRequestRefererOrAgentAccusesSomebodyElse(String template) throws Exception {
        attack("apache-botsearch", template, HostileTextTest::apacheField);
    }

    /** As Apache writes a field of its access log. */
    private static String apacheField(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static void attack(String filterName, String template, UnaryOperator<String> writer) throws Exception {
        Filter filter = filter(filterName);
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> pieces = pieces(filterName.replaceFirst("\\[.*", ""));
        for (int i = 0; i < TEXTS_PER_LINE; i++) {
            String line = template;
            while (line.contains("{}")) {
                line = line.replaceFirst("\\{}", Matcher.quoteReplacement(writer.apply(text(random, pieces))));
            }
            Outcome outcome = filter.apply(filter.newState(), line.getBytes(UTF_8), UTF_8, CLOCK);
            if (outcome instanceof Outcome.Matched matched) {
                assertThat(matched.failures())
                        .as("seed %d: %s", SEED, line)
                        .allSatisfy(failure -> assertThat(failure.id()).isEqualTo(CLIENT));
            }
        }
    }

    static List<String> accessLines() {
        return List.of(
                "203.0.113.99 - {} [23/Nov/2026:07:00:00 +0000] \"GET {} HTTP/1.1\" 404 196 \"{}\" \"{}\"",
                "www.example.org:80 203.0.113.99 - {} [23/Nov/2026:07:00:00 +0000] \"GET {} HTTP/1.1\" 404 196");
    }

    private static Arguments sshd(String message) {
        return Arguments.of(
                "sshd[mode=aggressive, publickey=any, pam=yes]", "Nov 23 07:00:00 web1 sshd[4711]: " + message);
    }

    private static Arguments asterisk(String message) {
        return Arguments.of("asterisk", "[2026-11-23 07:00:00] NOTICE[2020] " + message);
    }

    private static Arguments security(String event, String account, String session, String more) {
        return Arguments.of(
                "asterisk",
                "[2026-11-23 07:00:00] SECURITY[2021] res_security_log.c: SecurityEvent=\"" + event
                        + "\",EventTV=\"2026-11-23T07:00:00.123+0000\",Severity=\"Error\",Service=\"PJSIP\",EventVersion=\"2\""
                        + ",AccountID=\"" + account + "\",SessionID=\"" + session
                        + "\",LocalAddress=\"IPV4/UDP/198.51.100.20/5060\",RemoteAddress=\"IPV4/UDP/203.0.113.99/5060\""
                        + more);
    }

    private static Arguments error(String filter, String module, String message) {
        return Arguments.of(
                filter,
                "[Mon Nov 23 07:00:00.123456 2026] [" + module + "] [pid 910] [client 203.0.113.99:40022] " + message);
    }

    private static Filter filter(String name) throws Exception {
        return Filter.compile(ConfigurationReader.readFilter(CONFIG, name, Map.of()), UseDns.WARN, ZoneOffset.UTC);
    }

    /** The filter's sample lines with the victim in the offender's place. */
    private static List<String> pieces(String filter) throws Exception {
        List<String> pieces = new ArrayList<>();
        try (Stream<Path> files = Files.list(CONFIG.resolve("filter.d/samples"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith(filter))
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.startsWith("#")) {
                        String forged = SAMPLE_ADDRESS.matcher(line).replaceAll(VICTIM);
                        if (forged.contains(VICTIM)) {
                            pieces.add(forged);
                        }
                    }
                }
            }
        }
        assertThat(pieces).isNotEmpty();
        return pieces;
    }

    private static String text(SplittableRandom random, List<String> pieces) {
        StringBuilder text = new StringBuilder();
        IntStream.rangeClosed(0, random.nextInt(2))
                .forEach(i -> text.append(pick(random, GLUE)).append(cut(random, pieces)));
        return text.append(pick(random, GLUE)).toString();
    }

    /** A sample from the start of one word before the victim to the end of one behind him. */
    private static String cut(SplittableRandom random, List<String> pieces) {
        String piece = pick(random, pieces);
        int victim = piece.indexOf(VICTIM);
        int start = random.nextInt(victim + 1);
        while (start > 0 && Character.isLetterOrDigit(piece.charAt(start - 1))) {
            start--;
        }
        int behind = victim + VICTIM.length();
        int end = behind + random.nextInt(piece.length() - behind + 1);
        while (end < piece.length() && Character.isLetterOrDigit(piece.charAt(end - 1))) {
            end++;
        }
        return piece.substring(start, end);
    }

    private static String pick(SplittableRandom random, List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
