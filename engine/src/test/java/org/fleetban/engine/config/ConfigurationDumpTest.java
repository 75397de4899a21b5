package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationDumpTest {

    @TempDir
    Path directory;

    private Configuration configuration() {
        return new Fixture(directory)
                .file("filter.d/door.conf", "[Definition]\nfailregex = ^knock from <HOST>$\n  ^100%% <HOST>$\n")
                .file("action.d/note.conf", "[Definition]\nactionban = note <ip> <how>\n")
                .file(
                        "jail.conf",
                        "[door]\nenabled = true\nfilter = door\nlogpath = /a.log\n   /b.log tail\nbantime = -1\n"
                                + "findtime = 1h\nport = 22\nprotocol = tcp\naction = note[how=\"x, y\"]\nignoreip = ::1\n"
                                + "[bad]\nenabled = true\nfilter = door\nmaxretry = x\n")
                .read();
    }

    @Test
    void theTextHoldsEveryResolvedValueOfEveryJail() {
        assertThat(ConfigurationDump.asText(configuration())).isEqualTo("""
                        [door]
                        filter = door
                        backend = auto
                        logpath = /a.log
                                  /b.log tail
                        logencoding = auto
                        usedns = warn
                        maxlines = 1
                        failregex = ^knock from <HOST>$
                                    ^100% <HOST>$
                        ignoreip = ::1
                        ignoreself = true
                        maxretry = 3
                        findtime = 3600
                        bantime = -1
                        bantime.increment = false
                        bantime.rndtime = 0
                        bantime.overalljails = false
                        maxmatches = 5
                        scope = fleet
                        port = 22
                        protocol = tcp
                        action = note[how="x, y", name="door", actname="note"]
                        """);
    }

    @Test
    void theMapHoldsJailsAndProblems() {
        Map<String, Object> map = ConfigurationDump.asMap(configuration());
        assertThat(map.get("jails"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Map.class))
                .singleElement()
                .satisfies(jail -> {
                    assertThat(jail.get("failregex")).isEqualTo(List.of("^knock from <HOST>$", "^100% <HOST>$"));
                    assertThat(jail.get("bantime")).isEqualTo(-1L);
                    assertThat(jail.get("action")).asString().contains("actionban=note <ip> x, y");
                });
        assertThat(map.get("problems"))
                .isEqualTo(List.of(Map.of(
                        "severity",
                        "error",
                        "jail",
                        "bad",
                        "file",
                        directory.resolve("jail.conf").toString(),
                        "line",
                        15,
                        "message",
                        "maxretry: expected a whole number, read \"x\"")));
    }
}
