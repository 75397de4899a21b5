package org.fleetban.engine.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.fleetban.engine.regex.Text;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The times that fail2ban finds in lines, and what it takes them for: the tables of its own tests. */
final class DateDetectorTest {

    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    /** Sunday, August 14 of 2005, noon in {@link #ZONE}. */
    private static final Instant CLOCK = Instant.ofEpochSecond(1124013600);

    /** January 23 of 2005, 21:59:59 in {@link #ZONE}. */
    private static final long EVENING = 1106513999;

    /** A detector with what it remembers. */
    private static final class Subject {
        private final DateSearch search;
        private final DateRanking ranking;

        Subject(@Nullable String pattern) {
            this(pattern, ZONE);
        }

        Subject(@Nullable String pattern, ZoneId zone) {
            try {
                DateDetector detector = DateDetector.compile(pattern, zone, Years.CURRENT);
                search = detector.newSearch();
                ranking = detector.newRanking();
            } catch (DatePatternException e) {
                throw new AssertionError(e);
            }
        }

        /** The date that is cut out of the line; null if none is found. */
        @Nullable
        String date(String line) {
            Text text = Text.of(line);
            return search.find(text, ranking, CLOCK.getEpochSecond())
                    ? text.substring(search.start(), search.end())
                    : null;
        }

        /** Its time; null if none is found, or it is no time. */
        @Nullable
        Instant time(String line) {
            Text text = Text.of(line);
            return search.find(text, ranking, CLOCK.getEpochSecond()) ? search.time(text, CLOCK) : null;
        }
    }

    @Test
    void findsTheUsualFormatsAtTheBeginOfALineAndWithin() {
        Subject subject = new Subject(null);
        String[][] rows = {
            // date, where: L line begin only, * also after a word; W not after a word without a gap; what is cut out
            {"Jan 23 21:59:59", "*W"},
            {"Sun Jan 23 21:59:59 2005", "*"},
            {"Sun Jan 23 21:59:59", "*"},
            {"Sun Jan 23 2005 21:59:59", "*"},
            {"2005/01/23 21:59:59", "*W"},
            {"2005.01.23 21:59:59", "*W"},
            {"23/01/2005 21:59:59", "*W"},
            {"23/01/05 21:59:59", "*W"},
            {"23/Jan/2005:21:59:59", "*W"},
            {"23/Jan/2005:21:59:59 +0100", "*W"},
            {"01/23/2005:21:59:59", "*W"},
            {"2005-01-23 21:59:59", "*W"},
            {"2005-01-23 21:59:59,000", "*W"},
            {"23-Jan-2005 21:59:59", "*W"},
            {"23-Jan-2005 21:59:59.02", "*W"},
            {"23-Jan-2005 21:59:59 +0100", "*W"},
            {"23-01-2005 21:59:59", "*W"},
            {"1106513999", "LW"},
            {"01-23-2005 21:59:59.252", "*W"},
            {"@4000000041f4104f00000000", "*"},
            {"2005-01-23T20:59:59.252Z", "*W"},
            {"2005-01-23T15:59:59-05:00", "*W"},
            {"2005-01-23 21:59:59", "*W"},
            {"20050123T215959", "*W"},
            {"20050123 215959", "*W"},
            {"<01/23/05@21:59:59>", "LW"},
            {"050123 21:59:59", "*W"},
            {"Jan-23-05 21:59:59", "LW"},
            {"Jan 23, 2005 9:59:59 PM", "*W"},
            {"1106513999", "LW"},
            {"1106513999.000", "LW"},
            {"[1106513999.000]", "LW", "1106513999.000"},
            {"audit(1106513999.000:987)", "*W", "1106513999.000"},
        };
        for (String[] row : rows) {
            String cut = row.length > 2 ? row[2] : row[0];
            String rest = "[daemon] said no";
            for (int again = 0; again < 2; again++) {
                assertThat(subject.date(row[0] + rest)).as(row[0]).isEqualTo(cut);
                assertThat(subject.time(row[0] + rest)).as(row[0]).isEqualTo(Instant.ofEpochSecond(EVENING));
                boolean within = row[1].startsWith("*");
                assertThat(subject.date("in something " + row[0] + rest))
                        .as("within a line: %s", row[0])
                        .isEqualTo(within ? cut : null);
                if (row[1].endsWith("W")) {
                    assertThat(subject.date("word" + row[0] + rest))
                            .as("in a word: %s", row[0])
                            .isNull();
                }
            }
        }
        assertThat(subject.date("there is none[daemon] said no")).isNull();
    }

    @Test
    void readsSecondsSince1970AtTheBeginInBracketsAndInAuditRecords() {
        Subject subject = new Subject("EPOCH");
        for (String seconds : new String[] {"1138049999", "32535244799"}) {
            for (String form : new String[] {"%s", "[%s]", "[%s.555]", "audit(%s.555:101)"}) {
                String date = form.formatted(seconds);
                Instant time = subject.time(date + " [daemon] said no");
                assertThat(time).as(date).isNotNull();
                assertThat(time.getEpochSecond()).as(date).isEqualTo(Long.parseLong(seconds));
                assertThat(time.getNano()).as(date).isEqualTo(form.contains(".555") ? 555_000_000 : 0);
                assertThat(subject.date(date + " [daemon] said no")).isIn(seconds, seconds + ".555");
            }
        }
        for (String number : new String[] {"123456789", "9999999999999999", "1138049999A", "A1138049999"}) {
            for (String form : new String[] {"%s", "[%s]", "[%s.555]", "audit(%s.555:101)"}) {
                assertThat(subject.date(form.formatted(number) + " [daemon] said no"))
                        .as(form, number)
                        .isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LEPOCH", "(?<=\\|\\s){LEPOCH}(?=\\s\\|)"})
    void readsMillisecondsAndMicrosecondsByTheNumberOfDigits(String pattern) {
        Subject subject = new Subject(pattern);
        boolean framed = pattern.contains("{");
        String[] forms = framed
                ? new String[] {"refused | %s | wrong password"}
                : new String[] {"%s said no", "[%s] said no", "audit(%s:101) said no"};
        for (long unit : new long[] {1, 1_000, 1_000_000}) {
            for (long seconds : new long[] {1138049999L, 32535244799L}) {
                for (String form : forms) {
                    String number = Long.toString(seconds * unit);
                    assertThat(subject.time(form.formatted(number)))
                            .as(form, number)
                            .isEqualTo(Instant.ofEpochSecond(seconds));
                    assertThat(subject.date(form.formatted(number))).isEqualTo(number);
                }
            }
        }
        for (String number : new String[] {"123456789", "999999999999999999", "1138049999A", "A1138049999"}) {
            for (String form : forms) {
                assertThat(subject.date(form.formatted(number)))
                        .as(form, number)
                        .isNull();
            }
        }
        if (framed) {
            for (String form : new String[] {"x%s123", "right | %sx", "x%s | left"}) {
                assertThat(subject.date(form.formatted("32535244799000000"))).isNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "UTC+0300; ''; 2017-01-23T12:00",
                "UTC; ''; 2017-01-23T15:00",
                "UTC-0430; ''; 2017-01-23T19:30",
                "GMT+12; ''; 2017-01-23T03:00",
                "-; ''; 2017-01-23T14:00",
                "CET; ''; 2017-01-23T14:00",
                "+0100; ''; 2017-01-23T14:00",
                "CEST-01; ''; 2017-01-23T14:00",
                "CEST; ''; 2017-01-23T13:00",
                "+0200; ''; 2017-01-23T13:00",
                "CET+01; ''; 2017-01-23T13:00",
                "CET+0100; ''; 2017-01-23T13:00",
                "CET+0130; ''; 2017-01-23T12:30",
                "UTC+0300; ' GMT'; 2017-01-23T15:00",
                "UTC; ' GMT'; 2017-01-23T15:00",
                "UTC-0430; ' GMT'; 2017-01-23T15:00",
                "-; ' GMT'; 2017-01-23T15:00",
                "UTC; ' -1045'; 2017-01-24T01:45",
                "-; ' -10:45'; 2017-01-24T01:45",
                "UTC; ' +0945'; 2017-01-23T05:15",
                "-; ' +09:45'; 2017-01-23T05:15",
                "UTC+0300; ' Z'; 2017-01-23T15:00",
                "GMT+12; ' CET'; 2017-01-23T14:00",
                "GMT+12; ' CEST'; 2017-01-23T13:00",
                "GMT+12; ' CET+0130'; 2017-01-23T12:30",
            })
    void theZoneOfALineIsStrongerThanThatOfTheLogAndThatThanTheSystems(
            @Nullable String logZone, String lineZone, LocalDateTime utc) {
        ZoneId zone = logZone == null ? ZONE : LogTimeZone.parse(logZone);
        Subject subject = new Subject("^%ExY-%Exm-%Exd %H:%M:%S(?: ?%Exz)?", zone);
        assertThat(subject.time("2017-01-23 15:00:00" + lineZone)).isEqualTo(utc.toInstant(ZoneOffset.UTC));
    }

    @Test
    void aZoneThatNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> LogTimeZone.parse("WRONG-TZ"))
                .isInstanceOf(DateTimeException.class)
                .hasMessageContaining("WRONG-TZ")
                .hasMessageContaining("UTC+0200");
        assertThat(LogTimeZone.parse("Europe/Paris")).isEqualTo(ZoneId.of("Europe/Paris"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                // What is cut out ¦ date pattern ¦ line. `-` alone: nothing, or the defaults.
                "Jan 23 21:59:59 ¦ - ¦ it failed Jan 23 21:59:59 for 192.0.2.1",
                "- ¦ - ¦ it failed ItJan 23 21:59:59.011 2015 for 192.0.2.1",
                "- ¦ - ¦ it failed Jan 23 21:59:59123456789 for 192.0.2.1",
                "Aug 8 11:25:50 ¦ - ¦ Aug 8 11:25:50 20030f2329b8 refused 192.0.2.1",
                "Aug 8 11:25:50 ¦ - ¦ [Aug 8 11:25:50] 20030f2329b8 refused 192.0.2.1",
                "Aug 8 11:25:50 2014 ¦ - ¦ Aug 8 11:25:50 2014 20030f2329b8 refused 192.0.2.1",
                "20:00:00 01.02.2003 ¦ %H:%M:%S %d.%m.%Y$ ¦ 192.0.2.1 at 20:00:00 01.02.2003",
                "[20:00:00 01.02.2003] ¦ \\[%H:%M:%S %d.%m.%Y\\] ¦ 192.0.2.1[20:00:00 01.02.2003]",
                "[20:00:00 01.02.2003] ¦ \\[%H:%M:%S %d.%m.%Y\\] ¦ [20:00:00 01.02.2003]192.0.2.1",
                "[20:00:00 01.02.2003] ¦ \\[%H:%M:%S %d.%m.%Y\\]$ ¦ 192.0.2.1[20:00:00 01.02.2003]",
                "[20:00:00 01.02.2003] ¦ ^\\[%H:%M:%S %d.%m.%Y\\] ¦ [20:00:00 01.02.2003]192.0.2.1",
                "[17/Jun/2011 17:00:45] ¦ ^\\[%d/%b/%Y %H:%M:%S\\] ¦ [17/Jun/2011 17:00:45] refused 192.0.2.1",
                "[17/Jun/2011 17:00:45] ¦ \\[%d/%b/%Y %H:%M:%S\\] ¦ refused [17/Jun/2011 17:00:45] 192.0.2.1",
                "[17/Jun/2011 17:00:45] ¦ \\[%d/%b/%Y %H:%M:%S\\] ¦ refused 192.0.2.1, at [17/Jun/2011 17:00:45]",
                "- ¦ %H:%M:%S %d.%m.%Y ¦ 192.0.2.1x20:00:00 01.02.2003",
                "- ¦ %H:%M:%S %d.%m.%Y ¦ 20:00:00 01.02.2003x192.0.2.1",
                "20:00:00 01.02.2003 ¦ **%H:%M:%S %d.%m.%Y** ¦ 192.0.2.1x20:00:00 01.02.2003",
                "20:00:00 01.02.2003 ¦ **%H:%M:%S %d.%m.%Y** ¦ 20:00:00 01.02.2003x192.0.2.1",
                "*20:00:00 01.02.2003* ¦ \\**%H:%M:%S %d.%m.%Y\\** ¦ x*20:00:00 01.02.2003*x",
                "20:00:00 01.02.2003 ¦ %H:%M:%S %d.%m.%Y ¦ 192.0.2.1 20:00:00 01.02.2003",
                "20:00:00 01.02.2003 ¦ %H:%M:%S %d.%m.%Y ¦ 20:00:00 01.02.2003 192.0.2.1",
                "2003-12-30 00:00:00 ¦ %ExY-%Exm-%Exd %ExH:%ExM:%ExS ¦ 0000-12-30 00:00:00 - 2003-12-30 00:00:00",
                "2003-12-30 00:00:00 ¦ - ¦ 0000-12-30 00:00:00 - 2003-12-30 00:00:00",
                "200333 010203 ¦ %Y%m%d %H%M%S ¦ text:200333 010203 | date:20031230 010203",
                "20031230 010203 ¦ %ExY%Exm%Exd %ExH%ExM%ExS ¦ text:200333 010203 | date:20031230 010203",
                "20031230 010203 ¦ - ¦ text:200333 010203 | date:20031230 010203",
                "20030101 000000 ¦ %ExY%Exm%Exd %ExH%ExM%ExS ¦ 00001230 010203 - 20030101 000000",
                "- ¦ {^LN-BEG}%ExY%Exm%Exd %ExH%ExM%ExS ¦ 00001230 010203 - 20030101 000000",
                "20031230 010203 ¦ {^LN-BEG}%ExY%Exm%Exd %ExH%ExM%ExS ¦ 20031230 010203 - 20030101 000000",
                "20031230010203 ¦ {^LN-BEG}%ExY%Exm%Exd%ExH%ExM%ExS** ¦ 2003123001020320030101000000",
                "20031230010203 ¦ {^LN-BEG}%ExY%Exm%Exd%ExH%ExM%ExS** ¦ #2003123001020320030101000000",
                "20031230010203 ¦ {^LN-BEG}%ExY%Exm%Exd%ExH%ExM%ExS** ¦ ##2003123001020320030101000000",
                "20031230010203 ¦ {^LN-BEG}%ExY%Exm%Exd%ExH%ExM%ExS ¦ [20031230010203]20030101000000",
            })
    void cutsOutTheDateThatThePatternMeans(@Nullable String cut, @Nullable String pattern, String line) {
        assertThat(new Subject(pattern).date(line)).isEqualTo(cut);
    }

    @Test
    void aDateThatIsNoneHasNoTime() {
        Subject subject = new Subject("%Y-%Exm-%Exd %ExH:%ExM:%ExS");
        assertThat(subject.date("0000-12-30 00:00:00 - 2003-12-30 00:00:00")).isEqualTo("0000-12-30 00:00:00");
        assertThat(subject.time("2003-02-30 00:00:00 x")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "(?: %z)?, '', -3600",
        "(?: %Z)?, '', -3600",
        "(?: %z)?, ' UTC', 0",
        "(?: %Z)?, ' UTC', 0",
        "(?: %z)?, ' Z', 0",
        "(?: %z)?, ' +0000', 0",
        "(?: %Z)?, ' Z', 0",
    })
    void takesAZoneWhereThereIsOne(String token, String zone, long offset) {
        Subject subject = new Subject("{^LN-BEG}%ExY-%Exm-%Exd %ExH:%ExM:%ExS" + token);
        assertThat(subject.time("[2003-12-30 01:02:03" + zone + "] host ..."))
                .isEqualTo(Instant.ofEpochSecond(1072746123 + offset));
    }

    @ParameterizedTest
    @CsvSource({
        "^%B %Exd %I:%ExM:%ExS**, January 23 12:59:59, 1106438399",
        "^%y %U %A %ExH:%ExM:%ExS**, 01 11 Wednesday 21:59:59, 985208399",
        "^%y %W %A %ExH:%ExM:%ExS**, 01 11 Wednesday 21:59:59, 984603599",
        "^%y %W %w %ExH:%ExM:%ExS**, 01 11 0 21:59:59, 984949199",
        "^%y %W %w %ExH:%ExM:%ExS**, 01 11 6 21:59:59, 984862799",
        "^%ExH:%ExM:%ExS**, 21:59:59, 1123963199",
        "^%ExH:%ExM:%ExS**, 00:00:01, 1123970401",
        "^%m/%d %ExH:%ExM:%ExS**, 09/01 21:59:59, 1094068799",
        "^%Y-%m-%d**, 2004-09-01, 1093989600",
        "^%Y-%m-%d%z**, 2004-09-01Z, 1093996800",
    })
    void fillsInWhatADateLeavesOut(String pattern, String line, long seconds) {
        assertThat(new Subject(pattern).time(line)).isEqualTo(Instant.ofEpochSecond(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "2007-01-25T12:00:00Z, 2007-01-25T12:00",
        "2007-01-25T12:00:00+0400, 2007-01-25T08:00",
        "2007-01-25T12:00:00+04:00, 2007-01-25T08:00",
        "2007-01-25T12:00:00-0400, 2007-01-25T16:00",
        "2007-01-25T12:00:00-04, 2007-01-25T16:00",
        "'',",
        "Z,",
        "2007-01-01T120:00:00Z,",
        "2007-13-01T12:00:00Z,",
    })
    void readsIso8601WithItsZone(String line, @Nullable LocalDateTime utc) {
        assertThat(new Subject("%Y-%m-%d[T ]%H:%M:%S(?:\\.%f)?%z").time(line))
                .isEqualTo(utc == null ? null : utc.toInstant(ZoneOffset.UTC));
    }

    @Test
    void theNearestDateWinsAndTheOrderFollowsTheLog() {
        Subject subject = new Subject(null);
        String[][] rows = {
            {"030324  0:03:59", "free text 030324  0:03:59 -- 2003-03-07 17:05:01 ...", "1"},
            {"2003-03-07 17:05:01", "free text 2003-03-07 17:05:01 and more ...", "15"},
            {
                "030324  0:04:00",
                "host db[1000]: 030324  0:04:00 [note] text of somebody else 2003-03-07 17:05:01 x",
                "10"
            },
            {"Sep 16 21:30:26", "host db[1020]: Sep 16 21:30:26 host db: 030916 21:30:26 [note] no", "15"},
            {"2005-10-07 06:09:42", "host db[5906]: 2005-10-07 06:09:42 5907 [note] no", "20"},
            {"2005-10-08T15:26:18.237955", "host db[5906]: 2005-10-08T15:26:18.237955 6 [note] no", "20"},
            {"051009 10:05:30", "host db[1000]: 051009 10:05:30 [note] no ...", "50"},
        };
        for (String[] row : rows) {
            for (int i = 0; i < Integer.parseInt(row[2]); i++) {
                assertThat(subject.date(row[1])).as("%s, time %d", row[1], i).isEqualTo(row[0]);
            }
        }
    }

    @Test
    void dayAndYearAreNotConfusedWhenBothOrdersAppear() {
        Subject subject = new Subject(null);
        Instant time = LocalDateTime.parse("2012-10-11T02:37:17").atZone(ZONE).toInstant();
        assertThat(subject.time("2012/10/11 02:37:17 [error] 18434#0")).isEqualTo(time);
        for (int i = 0; i < 10; i++) {
            assertThat(subject.time("11/10/2012 02:37:17 [error] 18434#0")).isEqualTo(time);
        }
        assertThat(subject.time("2012/10/11 02:37:17 [error] 18434#0")).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%H:%M:%S", "{UNB}%H:%M:%S"})
    void timesOfChangingLengthAndPlaceAreFoundWhole(String pattern) {
        Subject subject = new Subject(pattern);
        for (String form : new String[] {"%s x", "%8s x", "x %s", "x %8s"}) {
            for (String time : new String[] {
                "00:01:02", "00:01:2", "00:1:2", "0:1:2", "00:1:2", "00:01:2", "00:01:02", "0:1:2", "00:01:02"
            }) {
                assertThat(subject.date(form.formatted(time))).isEqualTo(time);
                assertThat(subject.time(form.formatted(time))).isEqualTo(Instant.ofEpochSecond(1123970462));
            }
        }
    }

    @Test
    void boundsAreOffWhereThePatternSaysSo() {
        Subject anywhere = new Subject("(?i)**time:%ExY%Exm%ExdT%ExH%ExM%ExS**");
        assertThat(anywhere.date("XTIME:20050102T010203X")).isEqualTo("TIME:20050102T010203");
        assertThat(anywhere.date("TIME:50050102T010203")).isNull();
        Subject atLine = new Subject("{^LN-BEG}time:%ExY%Exm%ExdT%ExH%ExM%ExS");
        assertThat(atLine.date("Xtime:20050102T010203")).isNull();
        assertThat(atLine.date("time:20050102T010203X")).isNull();
        assertThat(atLine.date("##time:20050102T010203...")).isEqualTo("time:20050102T010203");
        assertThat(atLine.date("TIME:20050102T010203")).isNull();
        Subject names = new Subject("^%Y %b %d");
        for (String line : new String[] {"2005 jun 03", "2005 Jun 03", "2005 JUN 03"}) {
            assertThat(names.date(line)).isEqualTo(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{DATE}", "{^LN-BEG}", "^host {DATE}", "at \\[{DATE}\\]"})
    void aWordStandsForTheDefaults(String pattern) {
        Subject subject = new Subject(pattern);
        String line = pattern.contains("host")
                ? "host 2005-01-23 21:59:59 x"
                : pattern.contains("at ") ? "at [2005-01-23 21:59:59] x" : "2005-01-23 21:59:59 x";
        assertThat(subject.time(line)).isEqualTo(Instant.ofEpochSecond(EVENING));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "%Y-%Q; no known token at its position 3",
                "(%Y; no valid expression",
                "%Y-%m\\n%Y-%m; there twice",
            })
    void aWrongPatternIsRefusedWithItsReason(String pattern, String reason) {
        assertThatThrownBy(() -> DateDetector.compile(pattern.replace("\\n", "\n"), ZONE, Years.CURRENT))
                .isInstanceOf(DatePatternException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"{^LN-BEG}Epoch, 100", "{^LN-BEG}%b %d, 1", "Epoch, 1"})
    void aPatternThatIsTheLineBeginFormOfADefaultWeighsAsMuch(String pattern, double weight) throws Exception {
        DateDetector detector = DateDetector.compile(pattern + "\n{^LN-BEG}", ZONE, Years.CURRENT);
        assertThat(detector.standings(detector.newRanking()).get(0).weight()).isEqualTo(weight);
    }

    @Test
    void aDateThatIsSeenOnceDoesNotOutrankTheOneThatTheLogHas() throws Exception {
        DateDetector detector = DateDetector.compile("{^LN-BEG}Epoch\n{^LN-BEG}", ZONE, Years.CURRENT);
        DateSearch search = detector.newSearch();
        DateRanking ranking = detector.newRanking();
        for (String line : new String[] {"[1106513999] a", "[1106514000] b", "[2005-01-23 22:00:01] c"}) {
            assertThat(search.find(Text.of(line), ranking, CLOCK.getEpochSecond()))
                    .isTrue();
        }
        assertThat(detector.standings(ranking).get(0).name()).isEqualTo("{^LN-BEG}Epoch");
    }

    @Test
    void aRankingThatWasWrittenAndReadGoesOnLikeTheOther() throws Exception {
        DateDetector detector = DateDetector.compile(null, ZONE, Years.CURRENT);
        DateSearch search = detector.newSearch();
        DateRanking ranking = detector.newRanking();
        for (int i = 0; i < 30; i++) {
            search.find(Text.of("host db[1]: 051009 10:05:30 no " + i), ranking, CLOCK.getEpochSecond() + i);
            search.find(Text.of("Sep 16 21:30:26 host db[1]: no " + i), ranking, CLOCK.getEpochSecond() + i);
        }
        DateRanking read = detector.readRanking(new DataInputStream(new ByteArrayInputStream(bytes(ranking))));
        assertThat(bytes(read)).isEqualTo(bytes(ranking));
        assertThat(detector.standings(read)).isEqualTo(detector.standings(ranking));

        DateDetector other = DateDetector.compile("%Y-%m-%d", ZONE, Years.CURRENT);
        DateRanking foreign = other.readRanking(new DataInputStream(new ByteArrayInputStream(bytes(ranking))));
        assertThat(other.standings(foreign)).isEqualTo(other.standings(other.newRanking()));
    }

    private static byte[] bytes(DateRanking ranking) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ranking.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
