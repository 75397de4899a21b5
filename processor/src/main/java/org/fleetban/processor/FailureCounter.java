package org.fleetban.processor;

import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.fleetban.engine.jail.Attempt;
import org.fleetban.engine.jail.Circumstances;
import org.fleetban.engine.jail.IgnoreList;
import org.fleetban.engine.jail.IpRange;
import org.fleetban.engine.jail.Judgement;
import org.fleetban.engine.jail.OffenderState;
import org.fleetban.protocol.BadRecordException;
import org.fleetban.protocol.BanKey;
import org.fleetban.protocol.FailureCodec;
import org.fleetban.protocol.FailureRecord;
import org.jspecify.annotations.Nullable;

/** Counts the failures of a task's offenders. */
final class FailureCounter {

    /** Linux's longest path. */
    private static final int MAX_SOURCE = 4_096;

    private static final int MAX_LINE = 2_000;

    private final JailRegistry registry;
    private final FleetAddresses fleet;
    private final OffenderStore offenders;
    private final BanDesk desk;
    private final Figures figures;
    private final LongSupplier clock;

    FailureCounter(
            JailRegistry registry,
            FleetAddresses fleet,
            OffenderStore offenders,
            BanDesk desk,
            Figures figures,
            LongSupplier clock) {
        this.registry = registry;
        this.fleet = fleet;
        this.offenders = offenders;
        this.desk = desk;
        this.figures = figures;
        this.clock = clock;
    }

    /**
     * Counts one record of {@code failures}.
     *
     * @return its log time
     * @throws BadRecordException if it is no failure of a jail that runs
     */
    long count(Record<byte[], byte[]> record) throws BadRecordException {
        if (record.value() == null) {
            throw new BadRecordException("no value; expected a failure");
        }
        FailureRecord failure = FailureCodec.decode(record.value());
        Jail jail = registry.jails().named(failure.jail());
        if (jail == null) {
            throw new BadRecordException("jail '" + failure.jail() + "' is not among the jails that run");
        }
        refuseOversize(failure);
        BanKey key = jail.keyOf(failure.id(), failure.host());
        OffenderState before = offenders.get(key);
        Attempt attempt = attempt(failure, record.timestamp());
        Judgement judgement = jail.rules().judge(key.toString(), before, attempt, new Now(jail, key));
        figures.count(jail.name(), word(judgement.outcome()));
        if (judgement.state() != before && judgement.decisions().isEmpty()) {
            desk.count(key, before, judgement.state());
        } else if (judgement.state() != before) {
            desk.apply(key, before, judgement.state(), judgement.decisions(), BanDesk.Author.RULES);
        }
        return attempt.timeMs();
    }

    private static String word(Judgement.Outcome outcome) {
        return switch (outcome) {
            case COUNTED -> "counted";
            case DUPLICATE -> "duplicate";
            case SETTLED -> "settled";
        };
    }

    /** What is kept must fit into records, whatever is forged. */
    private static void refuseOversize(FailureRecord failure) throws BadRecordException {
        int length = Math.max(
                Math.max(failure.host().length(), failure.path().length()),
                failure.file().length());
        if (length > MAX_SOURCE) {
            throw new BadRecordException(
                    "a host, path or file of " + length + " characters; expected " + MAX_SOURCE + " at most");
        }
    }

    private static Attempt attempt(FailureRecord failure, long readMs) {
        return new Attempt(
                failure.host(),
                failure.path(),
                failure.file(),
                failure.offset(),
                Math.min(failure.time().toEpochMilli(), readMs),
                Utf8.shortened(failure.line(), MAX_LINE));
    }

    private final class Now implements Circumstances {

        private final Jail jail;
        private final BanKey key;

        Now(Jail jail, BanKey key) {
            this.jail = jail;
            this.key = key;
        }

        @Override
        public long nowMs() {
            return clock.getAsLong();
        }

        @Override
        public @Nullable String ignoredBy() {
            IpRange range = IpRange.parse(key.id());
            String own = jail.definition().ignoreSelf() ? fleet.ruleFor(range) : null;
            IgnoreList list = registry.ignoreList(jail.name());
            String rule = own != null || list == null ? own : list.ruleFor(key.id(), range);
            return rule == null || rule.startsWith("ignoreself") ? rule : "ignoreip: " + rule;
        }

        @Override
        public int bansInOtherJails() {
            return offenders.bansInOtherJails(key);
        }
    }
}
