package org.fleetban.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One record type as compact JSON: times are ISO 8601 in UTC with milliseconds, absent values are left out, unknown
 * fields are ignored so that a format can grow. A change that older readers must not miss raises the number in the field
 * {@code v}; a record without it is of version 1. Thread-safe.
 *
 * @param <T> the record type
 */
public final class JsonCodec<T> {

    private static final int VERSION = 1;

    private final Class<T> type;
    private @Nullable volatile ObjectWriter writer;
    private @Nullable volatile ObjectReader reader;
    private final List<RecordComponent> required;

    private JsonCodec(Class<T> type) {
        this.type = type;
        this.required = Stream.of(type.getRecordComponents())
                .filter(component -> !component.getType().isPrimitive())
                .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
                .toList();
    }

    private ObjectWriter writer() {
        ObjectWriter known = writer;
        if (known == null) {
            known = Mapper.JSON.writerFor(type);
            writer = known;
        }
        return known;
    }

    private ObjectReader reader() {
        ObjectReader known = reader;
        if (known == null) {
            known = Mapper.JSON.readerFor(type);
            reader = known;
        }
        return known;
    }

    /** The codec of a record type of this package. */
    public static <T> JsonCodec<T> of(Class<T> type) {
        return new JsonCodec<>(type);
    }

    /** The record as UTF-8 JSON without line breaks. */
    public byte[] encode(T value) {
        try {
            return writer().writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes the record as {@link #encode} gives it, without holding it in memory; the stream stays open.
     *
     * @throws UncheckedIOException if the stream fails
     */
    public void write(T value, OutputStream out) {
        try (JsonGenerator generator =
                Mapper.JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            writer().writeValue(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a record.
     *
     * @throws BadRecordException if the bytes are not JSON of this type, of a newer version, or without a field that every
     *     such record has
     */
    public T decode(byte[] json) throws BadRecordException {
        try {
            T value = reader().readValue(json);
            if (value == null) {
                throw new BadRecordException("not a " + type.getSimpleName() + ": null");
            }
            checkRequired(value);
            return value;
        } catch (JsonProcessingException e) {
            throw new BadRecordException("not a " + type.getSimpleName() + ": " + reason(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Jackson says, with the field and without its advice to its own users. */
    private static String reason(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        int advice = message.indexOf(" (");
        String reason = advice < 0 ? message : message.substring(0, advice);
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return "field " + mapping.getPath().get(0).getFieldName() + ": " + reason;
        }
        return reason;
    }

    private void checkRequired(T value) throws BadRecordException {
        try {
            for (RecordComponent component : required) {
                if (component.getAccessor().invoke(value) == null) {
                    throw new BadRecordException(
                            "not a " + type.getSimpleName() + ": the field " + component.getName() + " is missing");
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Made when the first record is read or written: its classes take some megabytes, which an agent seldom needs. */
    private static final class Mapper {
        static final JsonMapper JSON = JsonMapper.builder()
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, new InstantSerializer())
                        .addDeserializer(Instant.class, new InstantDeserializer()))
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .addHandler(new VersionCheck())
                .build();
    }

    private static final class VersionCheck extends DeserializationProblemHandler {
        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser in,
                JsonDeserializer<?> deserializer,
                Object beanOrClass,
                String name)
                throws IOException {
            if (name.equals("v") && in.getValueAsInt(Integer.MAX_VALUE) > VERSION) {
                throw JsonMappingException.from(
                        in, "version " + in.getText() + " of the format; this release reads " + VERSION);
            }
            return false;
        }
    }

    private static final class InstantSerializer extends StdScalarSerializer<Instant> {
        private static final long serialVersionUID = 1;

        InstantSerializer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(InstantText.format(value));
        }
    }

    private static final class InstantDeserializer extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        InstantDeserializer() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            String text = in.getText();
            try {
                return InstantText.parse(text);
            } catch (DateTimeException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, text, "not an ISO 8601 instant in UTC");
            }
        }
    }
}
