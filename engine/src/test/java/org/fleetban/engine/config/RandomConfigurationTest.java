package org.fleetban.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations made at random, read by fail2ban and by Fleetban: both agree on every value, or both refuse the jail. */
class RandomConfigurationTest {

    private static final long SEED = Long.getLong("seed", 20261123L);
    private static final int CONFIGURATIONS = Integer.getInteger("configurations", 200);

    private static final List<String> VARIABLES = List.of("va", "vb", "vc", "mode", "host", "logtype");
    private static final List<String> REFERENCES = List.of(
            "va",
            "vb",
            "vc",
            "mode",
            "host",
            "logtype",
            "__name__",
            "known/va",
            "known/vb",
            "known/failregex",
            "known/maxretry",
            "default/va",
            "default/vb",
            "k/va",
            "k/vc",
            "Init/va",
            "Definition/vb",
            "sec/va",
            "sec/vc",
            "lt_<logtype>/va",
            "failregex",
            "maxretry",
            "bantime",
            "VA",
            "known/VC",
            "re-<mode>",
            "nothing",
            "HOST",
            "F-USER");

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    @Test
    void bothReadersAgree() throws IOException {
        Fail2ban.require();
        List<Path> directories = new ArrayList<>();
        for (int i = 0; i < CONFIGURATIONS; i++) {
            directories.add(generate(directory.resolve("c" + i)));
        }
        List<List<List<Object>>> commands = Fail2ban.commandsOfMany(directories, directory.resolve("directories"));
        assertThat(commands).hasSameSizeAs(directories);
        int read = 0;
        int values = 0;
        int exploded = 0;
        List<String> disagreements = new ArrayList<>();
        for (int i = 0; i < directories.size(); i++) {
            Configuration ours = new Fixture(directories.get(i)).read();
            List<List<Object>> theirs = commands.get(i);
            if (theirs.get(0).get(0).equals("exploded")) {
                exploded++;
                continue;
            }
            if (theirs.stream()
                    .anyMatch(command -> List.of("failed", "config-error").contains(command.get(0)))) {
                // What is wrong with an action alone costs a jail in fail2ban; Fleetban says so, and bans all the same.
                if (!ours.jails().isEmpty() && !ours.problems().toString().contains("action act is left out")
                        || ours.problems().isEmpty()) {
                    disagreements.add("fail2ban refuses " + theirs + "\n" + contents(directories.get(i)));
                }
            } else {
                Comparison comparison = new Comparison(theirs, ours.jails());
                read++;
                values += comparison.values();
                if (!comparison.differences().isEmpty()) {
                    disagreements.add(
                            comparison.differences() + "\n" + ours.problems() + "\n" + contents(directories.get(i)));
                }
            }
        }
        System.out.println("random configurations: seed " + SEED + ", " + directories.size()
                + " of which fail2ban reads " + read + " and explodes in " + exploded + ", " + values + " values, "
                + disagreements.size() + " disagreements");
        assertThat(disagreements).as("seed " + SEED).isEmpty();
        assertThat(read).isBetween(directories.size() / 4, directories.size() - 1);
    }

    private static String contents(Path configuration) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(configuration)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append("--- ")
                        .append(configuration.relativize(file))
                        .append('\n')
                        .append(Files.readString(file));
            }
        }
        return text.toString();
    }

    private Path generate(Path path) {
        Fixture fixture = new Fixture(path);
        fixture.file(
                "jail.conf",
                section("DEFAULT", VARIABLES) + section("k", VARIABLES) + "[j]\nenabled = true\nbackend = "
                        + pick(List.of("auto", "systemd", "polling")) + "\nfilter = " + reference("f") + "\n"
                        + options(VARIABLES) + jailOptions() + "action = " + reference("act") + "\n");
        if (random.nextBoolean()) {
            fixture.file(
                    "jail.d/x.local", section("DEFAULT", VARIABLES) + "[j]\n" + options(VARIABLES) + jailOptions());
        }
        fixture.file("filter.d/f.conf", includes() + definitions("failregex", "ignoreregex", "datepattern"));
        if (random.nextBoolean()) {
            fixture.file("filter.d/f.local", definitions("failregex", "prefregex", "journalmatch"));
        }
        if (random.nextBoolean()) {
            fixture.file("filter.d/common.conf", definitions("failregex"));
        }
        if (random.nextInt(4) == 0) {
            fixture.file("filter.d/common.local", definitions("failregex"));
        }
        fixture.file(
                "action.d/act.conf",
                definitions("actionban", "actionstart", "actioncheck") + section("Init?family=inet6", VARIABLES));
        return path;
    }

    private String includes() {
        return random.nextBoolean() ? "[INCLUDES]\n" + pick(List.of("before", "after")) + " = common.conf\n" : "";
    }

    private String definitions(String... names) {
        List<String> own = new ArrayList<>(VARIABLES);
        own.add("re-x");
        StringBuilder text = new StringBuilder();
        for (String section : List.of("DEFAULT", "sec", "lt_file", "Init")) {
            if (random.nextInt(3) == 0) {
                text.append(section(section, own));
            }
        }
        text.append("[Definition]\n").append(options(own));
        for (String name : names) {
            text.append(name)
                    .append(pick(List.of(" = ", "=", ": ")))
                    .append(value())
                    .append('\n');
        }
        return text.toString();
    }

    private String jailOptions() {
        StringBuilder text = new StringBuilder();
        if (random.nextInt(3) == 0) {
            text.append("maxretry = ")
                    .append(pick(List.of("3", "%(known/maxretry)s1", " 7 ")))
                    .append('\n');
        }
        if (random.nextInt(3) == 0) {
            text.append("failregex = ").append(value()).append('\n');
        }
        if (random.nextInt(3) == 0) {
            text.append("bantime = ")
                    .append(pick(List.of("10m", "1h30", "-1", "2 days")))
                    .append('\n');
        }
        if (random.nextInt(40) == 0) {
            text.append("bantime = 1\n");
        }
        return text.toString();
    }

    private String reference(String name) {
        StringBuilder text = new StringBuilder(name);
        if (random.nextBoolean()) {
            text.append('[');
            int parameters = random.nextInt(3);
            for (int i = 0; i < parameters; i++) {
                String quote = pick(List.of("", "\"", "'"));
                text.append(i > 0 ? pick(List.of(",", ", ", "][", "] [")) : "")
                        .append(pick(List.of("va", "vb", "mode", "x.y", "failregex")))
                        .append('=')
                        .append(quote)
                        .append(token())
                        .append(quote);
            }
            text.append(']');
        }
        return text.toString();
    }

    private String section(String name, List<String> names) {
        return "[" + name + "]\n" + options(names);
    }

    private String options(List<String> names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            if (random.nextInt(4) == 0) {
                text.append(name).append(" = ").append(value()).append('\n');
            }
        }
        return text.toString();
    }

    private String value() {
        StringBuilder text = new StringBuilder();
        int tokens = random.nextInt(4);
        for (int i = 0; i < tokens; i++) {
            text.append(token()).append(pick(List.of("", "", " ")));
        }
        return text.toString();
    }

    private String token() {
        return switch (random.nextInt(22)) {
            case 0 -> "%(" + pick(REFERENCES) + ")s";
            case 1, 2 -> "<" + pick(REFERENCES) + ">";
            case 3 -> "%%";
            case 4 -> " ;x";
            case 5 -> "\n  w";
            case 6 -> "\n\n # remark\n  w";
            case 7 -> "<<" + pick(VARIABLES) + ">>";
            case 8 -> pick(List.of("x", "va", "vb", "mode"));
            default -> pick(List.of("w", "v=", "u:", "x y", ",", "#t", "[z", "ü"));
        };
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
