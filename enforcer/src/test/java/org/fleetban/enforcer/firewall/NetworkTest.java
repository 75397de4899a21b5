package org.fleetban.enforcer.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.255/32, 255.255.255.255",
        "198.51.100.0/24, 198.51.100.0/24",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "2001:db8::/32, 2001:db8::/32",
        "::, ::",
        "::/0, ::/0",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::1.2.3.4, ::102:304",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::ffff:c000:201, 192.0.2.1",
        "::ffff:192.0.2.0/120, 192.0.2.0/24",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221"
    })
    void textBecomesCanonicalText(String text, String canonical) {
        assertThat(Network.parse(text)).hasToString(canonical);
        assertThat(Network.parse(canonical)).isEqualTo(Network.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "01.2.3.4",
                "1.2.3.4 ",
                "1.2.3.4\n",
                "1.2.3.4; reboot",
                "0x7f.0.0.1",
                "2130706433",
                "1.2.3.4/33",
                "1.2.3.4/24",
                "1.2.3.0/",
                "1.2.3.0/024",
                "1.2.3.0/-1",
                "1.2.3.0/255.255.255.0",
                "١.٢.٣.٤",
                "localhost",
                "example.org",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::12345",
                "::g",
                "fe80::1%eth0",
                "[::1]",
                "::1.2.3",
                "1.2.3.4::",
                "::ffff:1.2.3.4/95",
                "2001:db8::1/64",
                "::/129",
                "-1.2.3.4",
                "$(id)"
            })
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Network.parse(text));
    }

    @Test
    void whatIsRenderedIsWhatTheJdkReads() throws UnknownHostException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j += 2) {
                if (random.nextBoolean()) {
                    bytes[j] = 0;
                    bytes[j + 1] = 0;
                }
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            String text = Network.of(address).toString();
            assertThat(InetAddress.getByName(text)).as("seed %d", seed).isEqualTo(address);
            assertThat(Network.parse(text)).as("seed %d", seed).isEqualTo(Network.of(address));
        }
    }

    @Test
    void networksOverlapWhenOneHoldsTheOther() {
        assertThat(network("10.0.0.0/8").overlaps(network("10.1.2.3"))).isTrue();
        assertThat(network("10.1.2.3").overlaps(network("10.0.0.0/8"))).isTrue();
        assertThat(network("10.0.0.0/8").overlaps(network("11.0.0.0"))).isFalse();
        assertThat(network("0.0.0.0/0").overlaps(network("203.0.113.9"))).isTrue();
        assertThat(network("::/0").overlaps(network("203.0.113.9"))).isFalse();
        assertThat(network("2001:db8::/33").overlaps(network("2001:db8:8000::")))
                .isFalse();
        assertThat(network("2001:db8::/127").overlaps(network("2001:db8::1"))).isTrue();
    }

    private static Network network(String text) {
        return Network.parse(text);
    }
}
