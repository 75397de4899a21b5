package org.fleetban.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@link FailureRecord} as JSON, exactly as {@link JsonCodec} has it, in a third of the time: failures are the one record that
 * there are as many of as lines. What is not in the usual form, {@link JsonCodec} reads, or refuses.
 */
public final class FailureCodec {

    private static final JsonCodec<FailureRecord> ANY = JsonCodec.of(FailureRecord.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 512;

    private FailureCodec() {}

    /** The record as UTF-8 JSON without line breaks. */
    public static byte[] encode(FailureRecord failure) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("jail", failure.jail());
            out.writeStringField("id", failure.id());
            writeIfThere(out, "ip", failure.ip());
            out.writeStringField("time", InstantText.format(failure.time()));
            out.writeStringField("read", InstantText.format(failure.read()));
            out.writeStringField("host", failure.host());
            out.writeStringField("path", failure.path());
            out.writeStringField("file", failure.file());
            out.writeNumberField("offset", failure.offset());
            writeIfThere(out, "user", failure.user());
            out.writeStringField("line", failure.line());
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void writeIfThere(JsonGenerator out, String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }

    /**
     * Reads a record.
     *
     * @throws BadRecordException as {@link JsonCodec#decode} does
     */
    public static FailureRecord decode(byte[] json) throws BadRecordException {
        FailureRecord usual = null;
        try (JsonParser in = JSON.createParser(json)) {
            usual = new Fields().read(in);
        } catch (IOException | DateTimeException unusual) {
            usual = null;
        }
        return usual == null ? ANY.decode(json) : usual;
    }

    private static final class Fields {
        private @Nullable String jail;
        private @Nullable String id;
        private @Nullable String ip;
        private @Nullable Instant time;
        private @Nullable Instant read;
        private @Nullable String host;
        private @Nullable String path;
        private @Nullable String file;
        private @Nullable Long offset;
        private @Nullable String user;
        private @Nullable String line;

        /** The record; null where it is not in the usual form. */
        @Nullable
        FailureRecord read(JsonParser in) throws IOException {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken value = in.nextToken();
                if (name.equals("offset") && value == JsonToken.VALUE_NUMBER_INT) {
                    offset = in.getLongValue();
                } else if (value != JsonToken.VALUE_STRING || !take(name, in.getText())) {
                    return null;
                }
            }
            if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
                return null;
            }
            return jail == null
                            || id == null
                            || time == null
                            || read == null
                            || host == null
                            || path == null
                            || file == null
                            || offset == null
                            || line == null
                    ? null
                    : new FailureRecord(jail, id, ip, time, read, host, path, file, offset, user, line);
        }

        private boolean take(String name, String text) {
            switch (name) {
                case "jail" -> jail = text;
                case "id" -> id = text;
                case "ip" -> ip = text;
                case "time" -> time = InstantText.parse(text);
                case "read" -> read = InstantText.parse(text);
                case "host" -> host = text;
                case "path" -> path = text;
                case "file" -> file = text;
                case "user" -> user = text;
                case "line" -> line = text;
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
