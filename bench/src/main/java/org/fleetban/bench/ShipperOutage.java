package org.fleetban.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The broker is away while lines are written and the log is rotated: afterwards none is missing, and none is there under
 * two identities. Run by {@code bench/shipper-outage}; ends with 1 if that is not so.
 */
final class ShipperOutage {

    private static final int ROTATIONS = 5;
    private static final int SLICES_A_SECOND = 10;
    private static final int BEFORE = 1_000;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Path log;
    private final String[] identities;
    private long records;
    private long repeats;
    private long doubles;
    private long strange;

    private ShipperOutage(Path log, int lines) {
        this.log = log;
        this.identities = new String[lines];
    }

    /** Arguments: seconds of the outage, lines, a directory to work in, and the launcher. */
    public static void main(String[] arguments) throws Exception {
        int seconds = Integer.parseInt(arguments[0]);
        int lines = Integer.parseInt(arguments[1]);
        Path work = Path.of(arguments[2]);
        Path directory = Files.createDirectories(work.resolve("fleetban"));
        ShipperOutage outage = new ShipperOutage(directory.resolve("auth.log"), BEFORE + lines);
        boolean good;
        try (BrokerProcess broker = new BrokerProcess(Files.createDirectories(work.resolve("broker")))) {
            Path config = Configurations.fleetban(directory, outage.log, broker.bootstrapServers());
            try (MeasuredProcess shipper = new MeasuredProcess(
                    List.of(arguments[3], "shipper", "--config", config.toString(), "--data", directory + "/state"),
                    directory.resolve("out"))) {
                shipper.awaitSaid("fleetban: ready");
                outage.write(0, BEFORE);
                outage.awaitCount(broker, BEFORE);
                broker.stop();
                System.out.printf("broker stopped; %d lines in %d s, %d rotations%n", lines, seconds, ROTATIONS);
                outage.writeAndRotate(lines, seconds);
                System.out.printf("broker starts again; the shipper has %d MB%n", shipper.residentMegabytes());
                broker.startAgain();
                long begin = System.nanoTime();
                outage.awaitCount(broker, BEFORE + (long) lines);
                System.out.printf(
                        "everything is there after %d ms; the shipper has %d MB%n",
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), shipper.residentMegabytes());
            }
            good = outage.check(broker);
        }
        System.exit(good ? 0 : 1);
    }

    private void write(int from, int count) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            text.append(ShippedLines.line("Nov 23 07:00:00", i));
        }
        try (OutputStream out = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(text.toString().getBytes(US_ASCII));
        }
    }

    private void writeAndRotate(int lines, int seconds) throws IOException {
        int slices = seconds * SLICES_A_SECOND;
        long begin = System.nanoTime();
        int written = 0;
        int rotated = 0;
        for (int slice = 1; slice <= slices; slice++) {
            int upTo = (int) ((long) lines * slice / slices);
            write(BEFORE + written, upTo - written);
            written = upTo;
            if (rotated < ROTATIONS && slice >= (rotated + 1) * slices / (ROTATIONS + 1)) {
                rotated++;
                Files.move(log, log.resolveSibling("auth.log." + rotated));
            }
            LockSupport.parkNanos(begin + slice * (TimeUnit.SECONDS.toNanos(1) / SLICES_A_SECOND) - System.nanoTime());
        }
    }

    private void awaitCount(BrokerProcess broker, long count) throws Exception {
        long begin = System.nanoTime();
        try (ShippedLines shipped = new ShippedLines(broker.bootstrapServers())) {
            while (shipped.count() < count) {
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    check(broker);
                    throw new IOException("of " + count + " lines only " + shipped.count() + " arrived");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private boolean check(BrokerProcess broker) {
        try (ShippedLines shipped = new ShippedLines(broker.bootstrapServers())) {
            long count = shipped.count();
            shipped.fromBeginning();
            while (records < count) {
                shipped.poll(this::take);
            }
        }
        long missing = 0;
        for (String identity : identities) {
            missing += identity == null ? 1 : 0;
        }
        System.out.printf(
                "%d lines, %d records: %d missing, %d under two identities, %d sent again under the same, %d foreign%n",
                identities.length, records, missing, doubles, repeats, strange);
        return missing == 0 && doubles == 0 && strange == 0;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        records++;
        long number = ShippedLines.number(record.value());
        if (number < 0 || number >= identities.length) {
            strange++;
            return;
        }
        String identity = header(record, "file") + ' ' + header(record, "offset");
        String before = identities[(int) number];
        if (before == null) {
            identities[(int) number] = identity;
        } else if (before.equals(identity)) {
            repeats++;
        } else {
            doubles++;
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), US_ASCII);
    }
}
