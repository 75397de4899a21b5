package org.fleetban.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.fleetban.enforcer.action.Action;
import org.fleetban.enforcer.action.ActionBan;
import org.fleetban.enforcer.action.ActionRunner;
import org.fleetban.engine.config.Configuration;
import org.fleetban.engine.config.ConfigurationReader;
import org.fleetban.protocol.BanRecord;
import org.fleetban.protocol.Family;
import org.fleetban.protocol.Scope;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostActionsTest {

    private static final Path DEBIAN = Path.of("/etc/fail2ban/action.d");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void theFirewallIsTheEnforcersWorkAndEverythingElseRunsWithItsTags() throws IOException {
        Files.createDirectories(directory.resolve("config/action.d"));
        Files.writeString(directory.resolve("config/action.d/note.conf"), """
                [Definition]
                actionban = echo "<name> <note>" '<ip>' >>%s/notes
                actionunban =
                [Init]
                note = v4
                [Init?family=inet6]
                note = v6
                """.formatted(directory));
        List<Action> actions = actions("iptables-multiport[name=x]\n         note\n         nftables-allports");

        assertThat(actions).singleElement().satisfies(action -> {
            assertThat(action.name()).isEqualTo("note");
            assertThat(action.inet().get("actionban")).contains("\"sshd v4\" '<ip>'");
            assertThat(action.inet6().get("actionban")).contains("\"sshd v6\" '<ip>'");
        });
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("[sshd] action note runs on this host");
    }

    @Test
    void anActionOfDebiansFail2banDoesWhatItDoesThere() throws IOException {
        boolean installed = Files.exists(DEBIAN.resolve("dummy.conf"));
        if (!"true".equals(System.getenv("CI"))) {
            Assumptions.assumeTrue(installed, "apt-get install fail2ban: its dummy action is run");
        }
        assertThat(installed).as("fail2ban is installed").isTrue();
        Path folder = Files.createDirectories(directory.resolve("config/action.d"));
        Files.copy(DEBIAN.resolve("dummy.conf"), folder.resolve("dummy.conf"));
        Path target = directory.resolve("target");
        List<Action> actions = actions("dummy[target=" + target + "]");
        try (ActionRunner runner =
                new ActionRunner(actions, directory.resolve("data"), "web1", List.of(), Clock.systemUTC())) {
            runner.start();
            runner.want(ActionBan.of("sshd|192.0.2.1", ban("192.0.2.1"), false));
            awaitTold(target, "+192.0.2.1");
            runner.want(ActionBan.of("sshd|2001:db8::1", ban("2001:db8::1"), false));
            awaitTold(target, "+2001:db8::1");
            runner.lift("sshd|192.0.2.1");
            awaitTold(target, "-192.0.2.1");
            assertThat(runner.report().failures()).isZero();
        }
    }

    @Test
    void changedFilesChangeWhatRunsAndABrokenEditLeavesItAsItIs() throws IOException {
        Path config = directory.resolve("config");
        Files.createDirectories(config.resolve("action.d"));
        Path note = config.resolve("action.d/note.conf");
        Files.writeString(note, "[Definition]\nactionban = echo one <ip>\n");
        actions("note");
        HostActions actions = hostActions();
        List<Action> first = actions.actions();
        assertThat(reread(actions)).isEmpty();

        Files.writeString(note, "[Definition]\nactionban = echo another <ip>\n");
        List<Action> second = reread(actions).orElseThrow();
        assertThat(second)
                .singleElement()
                .satisfies(action -> assertThat(action.inet()).containsEntry("actionban", "echo another <ip>"));
        assertThat(second).isNotEqualTo(first);

        for (String broken : List.of(
                "[Definition\nactionban = x\n",
                "[Definition]\nactionban = echo <loop>\n[Init]\nloop = <other>\nother = <loop>\n")) {
            Files.writeString(note, broken);
            assertThat(reread(actions)).as(broken).isEmpty();
            assertThat(actions.actions()).as(broken).isEqualTo(second);
        }
        Files.delete(note);
        assertThat(reread(actions)).as("no file").isEmpty();
        Files.writeString(config.resolve("jail.local"), "[sshd]\nmaxretry = five\n");
        assertThat(reread(actions)).as("a broken jail").isEmpty();
        assertThat(actions.actions()).isEqualTo(second);

        Files.writeString(config.resolve("jail.local"), "[sshd]\naction = iptables-multiport\n");
        assertThat(reread(actions).orElseThrow()).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("[sshd] action note runs here no longer");
    }

    private Optional<List<Action>> reread(HostActions actions) {
        return actions.changeTo(configuration());
    }

    private Configuration configuration() {
        return ConfigurationReader.read(directory.resolve("config"), Set.of(), Map.of());
    }

    private static void awaitTold(Path target, String what) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(target) && Files.readString(target).contains(what));
    }

    private List<Action> actions(String action) throws IOException {
        Path config = directory.resolve("config");
        Files.createDirectories(config.resolve("filter.d"));
        Files.writeString(config.resolve("filter.d/sshd.conf"), "[Definition]\nfailregex = ^x <HOST>$\n");
        Files.writeString(
                config.resolve("jail.conf"),
                "[sshd]\nenabled = true\nlogpath = " + directory + "/log\naction = " + action + "\n");
        return hostActions().actions();
    }

    private HostActions hostActions() {
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new HostActions(
                configuration(), false, new Environment(out, out, Map.of(), Clock.systemUTC(), directory));
    }

    private static BanRecord ban(String id) {
        Instant now = Instant.now();
        Family family = id.indexOf(':') < 0 ? Family.INET : Family.INET6;
        return new BanRecord(
                "sshd",
                id,
                family,
                null,
                null,
                Scope.FLEET,
                null,
                now,
                now.plusSeconds(60),
                5,
                1,
                "failures",
                "e",
                List.of());
    }
}
