package org.fleetban.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link HostRecord} as {@link JsonCodec} does, without the five hundred classes that Jackson's data binding loads: 4 MB of
 * a shipper's memory, for one record every ten seconds.
 */
public final class HostReport {

    private static final JsonFactory JSON = new JsonFactory();

    private HostReport() {}

    /** The record as UTF-8 JSON without line breaks. */
    public static byte[] encode(HostRecord report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("host", report.host());
            out.writeStringField("component", report.component());
            out.writeStringField("version", report.version());
            out.writeStringField("at", InstantText.format(report.at()));
            writeTexts(out, "addresses", report.addresses());
            out.writeObjectFieldStart("figures");
            for (Map.Entry<String, Long> figure : report.figures().entrySet()) {
                out.writeNumberField(figure.getKey(), figure.getValue());
            }
            out.writeEndObject();
            writeFiles(out, report.files());
            writeJails(out, report.jails());
            String firewall = report.firewall();
            if (firewall != null) {
                out.writeStringField("firewall", firewall);
            }
            writeRefused(out, report.refused());
            if (!report.notes().isEmpty()) {
                writeTexts(out, "notes", report.notes());
            }
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void writeFiles(JsonGenerator out, List<HostRecord.ShippedFile> files) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("files");
        for (HostRecord.ShippedFile file : files) {
            out.writeStartObject();
            out.writeStringField("path", file.path());
            out.writeNumberField("position", file.position());
            out.writeNumberField("size", file.size());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeJails(JsonGenerator out, List<JailSummary> jails) throws IOException {
        if (jails.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("jails");
        for (JailSummary jail : jails) {
            out.writeStartObject();
            out.writeStringField("jail", jail.jail());
            out.writeStringField("scope", jail.scope() == Scope.FLEET ? "fleet" : "host");
            out.writeNumberField("maxRetry", jail.maxRetry());
            out.writeNumberField("findTime", jail.findTime());
            out.writeNumberField("banTime", jail.banTime());
            out.writeBooleanField("addresses", jail.addresses());
            writeTexts(out, "paths", jail.paths());
            writeTexts(out, "journal", jail.journal());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeRefused(JsonGenerator out, List<HostRecord.RefusedBan> refused) throws IOException {
        if (refused.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("refused");
        for (HostRecord.RefusedBan ban : refused) {
            out.writeStartObject();
            out.writeStringField("ban", ban.ban());
            out.writeStringField("reason", ban.reason());
            out.writeStringField("detail", ban.detail());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void writeTexts(JsonGenerator out, String name, List<String> texts) throws IOException {
        out.writeArrayFieldStart(name);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }
}
