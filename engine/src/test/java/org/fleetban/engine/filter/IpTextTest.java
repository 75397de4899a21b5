package org.fleetban.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IpTextTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "::ffff:1.2.3.4, 1.2.3.4",
        "::1.2.3.4, ::1.2.3.4",
        "::ffff:0:0, 0.0.0.0",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "[2001:db8::1], 2001:db8::1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "1::, 1::",
        "::, ::",
        "::1, ::1",
        "1.2.3.04,",
        "1.2.3.256,",
        "1.2.3,",
        "1.2.3.4.5,",
        "1:2:3:4:5:6:7:8:9,",
        "1:2:3:4:5:6:7::8,",
        "12345::,",
        "1:::2,",
        "':1:2:3:4:5:6:7',",
        "1:2:3:4:5:6:7:,",
        "example.org,",
        "'',",
        "192.0.2.77/24, 192.0.2.0/24",
        "192.0.2.77/255.255.0.0, 192.0.0.0/16",
        "192.0.2.77/32, 192.0.2.77",
        "0.0.0.0/0, 0.0.0.0",
        "2001:db8:1:2:3::/48, 2001:db8:1::/48",
        "2001:db8::1/ffff:ffff::, 2001:db8::/32",
        "192.0.2.1/255.0.255.0,",
        "192.0.2.1/x,",
        "192.0.2.1/,",
    })
    void isWrittenAsFail2banWritesIt(String text, @Nullable String canonical) {
        assertThat(IpText.canonical(text)).isEqualTo(canonical);
    }
}
