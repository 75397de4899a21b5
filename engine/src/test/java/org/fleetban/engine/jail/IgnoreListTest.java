package org.fleetban.engine.jail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoreListTest {

    private static final IgnoreList LIST = IgnoreList.compile(
            List.of(
                    "127.0.0.1/8",
                    "::1",
                    "192.0.2.7",
                    "198.51.100.0/255.255.255.0",
                    "2001:db8:1::/48",
                    "monitor.example",
                    "file:/ignored",
                    "operator@example"),
            new IgnoreList.Sources() {
                @Override
                public Collection<String> addressesOf(String name) {
                    return name.equals("monitor.example") ? List.of("203.0.113.9", "2001:db8::9") : List.of();
                }

                @Override
                public Collection<String> linesOf(String file) {
                    return file.equals("/ignored")
                            ? List.of("# ours", "203.0.113.64/26, 10.1.2.3 # lab", "")
                            : List.of();
                }
            });

    private static @Nullable String ruleFor(String id) {
        return LIST.ruleFor(id, IpRange.parse(id));
    }

    @ParameterizedTest
    @CsvSource({
        "127.9.9.9, 127.0.0.1/8",
        "::1, ::1",
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "198.51.100.200, 198.51.100.0/255.255.255.0",
        "198.51.100.128/25, 198.51.100.0/255.255.255.0",
        "2001:db8:1:ffff::5, 2001:db8:1::/48",
        "203.0.113.9, monitor.example (203.0.113.9)",
        "2001:db8::9, monitor.example (2001:db8::9)",
        "203.0.113.127, file:/ignored 203.0.113.64/26",
        "10.1.2.3, file:/ignored 10.1.2.3",
        "operator@example, operator@example",
    })
    void namesTheRuleThatProtects(String id, String rule) {
        assertThat(ruleFor(id)).isEqualTo(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.8",
                "128.0.0.1",
                "::2",
                "198.51.101.0",
                "198.51.100.0/23",
                "2001:db8:2::1",
                "203.0.113.128",
                "monitor",
                "lab",
                ""
            })
    void leavesOthersAlone(String id) {
        assertThat(ruleFor(id)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "192.0.2.1/24, 192.0.2.0/24",
        "192.0.2.1/255.255.255.255, 192.0.2.1",
        "10.9.8.7/0, 0.0.0.0/0",
        "::FFFF:192.0.2.1, 192.0.2.1",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "::1.2.3.4, ::1.2.3.4",
        "::, ::",
        "fe80::/10, fe80::/10",
        "2001:db8::ffff/65, 2001:db8::/65",
        "2001:db8:0:0:ffff::/66, 2001:db8:0:0:c000::/66",
    })
    void addressesHaveOneCanonicalText(String text, String canonical) {
        IpRange range = IpRange.parse(text);
        assertThat(range).isNotNull();
        assertThat(range.toText()).isEqualTo(canonical);
        assertThat(IpRange.parse(range.toText())).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/255.0.255.0",
                "1.2.3.4/-1", "::g", ":::", "1::2::3", "fe80::1%eth0", "::1/129", "localhost", "1.2.3.4 ", "[::1]",
                "1.2.3.4/8/8", "\u0661.2.3.4", "::1]", "1:2"
            })
    void whatIsNoAddressIsNone(String text) {
        assertThat(IpRange.parse(text)).isNull();
    }
}
