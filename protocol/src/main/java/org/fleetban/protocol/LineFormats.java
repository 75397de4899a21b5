package org.fleetban.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Finds line, host, path and identity in a record of {@code lines}, whoever wrote it: Fleetban's shipper, Filebeat,
 * Vector, Fluent Bit and rsyslog in the form that they publish by default. Thread-safe.
 *
 * <ul>
 *   <li>A record whose key is {@code host|path}, with an absolute path or a journal's name, holds the line itself.
 *   <li>A value that begins with a brace is a JSON object: the line is its {@code message}, {@code log},
 *       {@code MESSAGE}, {@code msg} or {@code raw}, the first that is a text.
 *   <li>Anything else is a line of text.
 * </ul>
 *
 * The host is taken from the JSON fields, the header {@code host}, the key, or the head of a syslog line, in this order;
 * the path from the JSON fields, the header {@code path}, or what the caller gives. Nothing is guessed beyond that.
 */
public final class LineFormats {

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private static final List<String> LINE = List.of("/message", "/log", "/MESSAGE", "/msg", "/raw");
    private static final List<String> HOST =
            List.of("/host/name", "/host/hostname", "/host", "/hostname", "/_HOSTNAME", "/agent/name");
    private static final List<String> PATH =
            List.of("/log/file/path", "/file/path", "/file", "/path", "/filename", "/source");
    private static final List<String> OFFSET = List.of("/log/offset", "/offset");
    private static final List<String> TIME = List.of("/@timestamp", "/timestamp");

    private static final List<String> JOURNAL_TIME = List.of("/_SOURCE_REALTIME_TIMESTAMP", "/__REALTIME_TIMESTAMP");

    private static final int MAX_OTHER_PATHS = 100;

    private static final Pattern MICROS = Pattern.compile("\\d{1,18}");

    private static final Pattern HOST_NAME = Pattern.compile("[^\\s|]{1,253}");

    /** The head of a syslog line: RFC 3164, or the RFC 3339 form of rsyslog, with or without a priority. */
    private static final Pattern SYSLOG_HEAD = Pattern.compile("(?:<\\d{1,3}>)?(?:1 )?"
            + "(?:[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d|\\d{4}-\\d\\d-\\d\\dT[\\d:.,]{8,18}(?:Z|[+-]\\d\\d:?\\d\\d)?)"
            + " ([^\\s|]{1,253}) ");

    private static final int SYSLOG_HEAD_BYTES = 320;

    private LineFormats() {}

    /**
     * Reads a record.
     *
     * @param path the log file of records that do not name one
     * @throws BadRecordException if line, host or path cannot be found; the message says which, and where it was sought
     */
    public static ReceivedLine read(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers, Optional<String> path)
            throws BadRecordException {
        if (value == null) {
            throw new BadRecordException("no value; expected a log line");
        }
        SourceKey source = sourceOf(key);
        if (source != null) {
            return new ReceivedLine(
                    source, identityOf(headers), value, Optional.empty(), logTimeOf(headers), otherPathsOf(headers));
        }
        return value.length > 0 && value[0] == '{'
                ? ofJson(key, value, headers, path)
                : ofText(key, value, headers, path);
    }

    private static @Nullable SourceKey sourceOf(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            SourceKey source = SourceKey.parse(key);
            return source.path().startsWith("/") || source.path().startsWith(SourceKey.JOURNAL) ? source : null;
        } catch (BadRecordException | IllegalArgumentException foreign) {
            return null;
        }
    }

    private static Optional<ReceivedLine.Identity> identityOf(Headers headers) throws BadRecordException {
        String file = header(headers, LineHeaders.FILE);
        String offset = header(headers, LineHeaders.OFFSET);
        if (file == null || offset == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ReceivedLine.Identity(file, Long.parseLong(offset)));
        } catch (NumberFormatException e) {
            throw new BadRecordException("header " + LineHeaders.OFFSET + " is no number: '" + offset + "'", e);
        }
    }

    private static ReceivedLine ofText(byte @Nullable [] key, byte[] value, Headers headers, Optional<String> path)
            throws BadRecordException {
        byte[] line = withoutLineFeed(value);
        String host = firstHost(header(headers, "host"), keyHost(key), syslogHost(line));
        return new ReceivedLine(
                source(host, header(headers, "path"), path),
                identityOf(headers),
                line,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static ReceivedLine ofJson(byte @Nullable [] key, byte[] value, Headers headers, Optional<String> path)
            throws BadRecordException {
        JsonNode json = parse(value);
        byte[] line = withoutLineFeed(lineOf(json));
        String host = firstHost(text(json, HOST), header(headers, "host"), keyHost(key), syslogHost(line));
        String file = text(json, PATH);
        return new ReceivedLine(
                source(host, file != null ? file : header(headers, "path"), path),
                identityOf(json, line),
                line,
                timeOf(json),
                journalTimeOf(json),
                List.of());
    }

    private static JsonNode parse(byte[] value) throws BadRecordException {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException e) {
            throw new BadRecordException("begins like a JSON object and is none: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BadRecordException("begins like a JSON object and is none: " + e.getMessage(), e);
        }
    }

    private static byte[] lineOf(JsonNode json) throws BadRecordException {
        if (isJournal(json)) {
            String rendered = JournalText.of(name -> journalField(json, name));
            return rendered.getBytes(StandardCharsets.UTF_8);
        }
        String line = text(json, LINE);
        if (line == null) {
            throw new BadRecordException("no line in the JSON object; expected one of " + LINE);
        }
        return line.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String journalField(JsonNode json, String name) {
        // Vector moves MESSAGE and _HOSTNAME to fields of its own.
        return switch (name) {
            case "MESSAGE" -> text(json, List.of("/MESSAGE", "/message"));
            case "_HOSTNAME" -> text(json, List.of("/_HOSTNAME", "/host"));
            default -> text(json, List.of("/" + name));
        };
    }

    /**
     * A file's device and inode serve again after a rotation, and offsets after a truncation; together with a checksum
     * of the line they tell a line that is sent twice from another one in its place.
     */
    private static Optional<ReceivedLine.Identity> identityOf(JsonNode json, byte[] line) {
        String offset = text(json, OFFSET);
        if (offset == null || !offset.matches("\\d{1,18}")) {
            return Optional.empty();
        }
        CRC32C crc = new CRC32C();
        crc.update(line);
        JsonNode file = json.at("/log/file");
        String name = file.path("device_id").asText()
                + '-'
                + file.path("inode").asText()
                + '-'
                + Long.toHexString(crc.getValue());
        return Optional.of(new ReceivedLine.Identity(name, Long.parseLong(offset)));
    }

    private static List<String> otherPathsOf(Headers headers) {
        String names = header(headers, LineHeaders.NAMES);
        return names == null ? List.of() : List.of(names.split("\0", MAX_OTHER_PATHS));
    }

    private static Optional<Instant> logTimeOf(Headers headers) throws BadRecordException {
        String time = header(headers, LineHeaders.TIME);
        if (time == null) {
            return Optional.empty();
        }
        if (!MICROS.matcher(time).matches()) {
            throw new BadRecordException("header " + LineHeaders.TIME + " is no time in microseconds: '" + time + "'");
        }
        return Optional.of(instant(time));
    }

    /** A journal's entry knows its time; what looks like one in its text is somebody's message. */
    private static Optional<Instant> journalTimeOf(JsonNode json) {
        if (!isJournal(json)) {
            return Optional.empty();
        }
        String micros = text(json, JOURNAL_TIME);
        return micros != null && MICROS.matcher(micros).matches() ? Optional.of(instant(micros)) : timeOf(json);
    }

    private static Instant instant(String micros) {
        return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
    }

    private static boolean isJournal(JsonNode json) {
        return json.path("SYSLOG_IDENTIFIER").isTextual();
    }

    private static Optional<Instant> timeOf(JsonNode json) {
        for (String pointer : TIME) {
            JsonNode time = json.at(pointer);
            if (time.isNumber()) {
                return Optional.of(Instant.ofEpochMilli(Math.round(time.asDouble() * 1_000)));
            }
            if (time.isTextual()) {
                try {
                    return Optional.of(OffsetDateTime.parse(time.asText()).toInstant());
                } catch (DateTimeException unreadable) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static SourceKey source(@Nullable String host, @Nullable String found, Optional<String> otherwise)
            throws BadRecordException {
        if (host == null) {
            throw new BadRecordException("no host in the record; expected it in the fields " + HOST
                    + ", a header 'host', the key, or the" + " head of a syslog line");
        }
        String path = found != null ? found : otherwise.orElse(null);
        if (path == null) {
            throw new BadRecordException("no log file in the record; expected it in the fields " + PATH
                    + ", a header 'path', or a key 'host|path'");
        }
        return new SourceKey(host, path);
    }

    private static @Nullable String firstHost(@Nullable String... candidates) {
        return Arrays.stream(candidates)
                .filter(name -> name != null && HOST_NAME.matcher(name).matches())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String keyHost(byte @Nullable [] key) {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
    }

    private static @Nullable String syslogHost(byte[] line) {
        String head = new String(line, 0, Math.min(line.length, SYSLOG_HEAD_BYTES), StandardCharsets.ISO_8859_1);
        Matcher matcher = SYSLOG_HEAD.matcher(head);
        return matcher.lookingAt() ? matcher.group(1) : null;
    }

    /** The first of the fields that is a text or a number. */
    private static @Nullable String text(JsonNode json, List<String> pointers) {
        for (String pointer : pointers) {
            JsonNode field = json.at(pointer);
            if (field.isTextual() || field.isNumber()) {
                return field.asText();
            }
        }
        return null;
    }

    private static @Nullable String header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] withoutLineFeed(byte[] line) {
        return line.length > 0 && line[line.length - 1] == '\n' ? Arrays.copyOf(line, line.length - 1) : line;
    }
}
