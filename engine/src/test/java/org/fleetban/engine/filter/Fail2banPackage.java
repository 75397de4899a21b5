package org.fleetban.engine.filter;

import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where Debian's package {@code fail2ban} has its filters and annotated logs; nothing of it is part of this project. */
final class Fail2banPackage {

    /** A folder into which the package was unpacked ({@code dpkg -x}); without it, the installed package. */
    private static final String UNPACKED = "fleetban.test.fail2ban";

    private static final Path ROOT = Path.of(System.getProperty(UNPACKED, "/"));

    static final Path CONFIGURATION = ROOT.resolve("etc/fail2ban");
    static final Path TESTS = ROOT.resolve("usr/lib/python3/dist-packages/fail2ban/tests");
    static final Path LOGS = TESTS.resolve("files/logs");

    private Fail2banPackage() {}

    /** Skips the test where the package is absent; in CI it must be there. */
    static void require() {
        boolean present = Files.isDirectory(LOGS) && Files.isDirectory(CONFIGURATION.resolve("filter.d"));
        if (!present && "true".equals(System.getenv("CI"))) {
            fail("CI needs Debian's package fail2ban: apt-get install fail2ban");
        }
        Assumptions.assumeTrue(
                present,
                "Debian's package fail2ban is not here: apt-get install fail2ban, or apt-get download fail2ban,"
                        + " dpkg -x it into a folder and set -D" + UNPACKED + "=FOLDER");
    }
}
