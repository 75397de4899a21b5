package org.fleetban.processor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last resort for a record that the processors themselves did not turn into a dead letter: it must not stop the rest. */
final class BadRecordHandlers {

    /** The setting by which the handlers learn the name of the topic. */
    static final String DEAD_LETTERS = "fleetban.dead.letters.topic";

    private static final Logger LOG = LoggerFactory.getLogger(BadRecordHandlers.class);

    private BadRecordHandlers() {}

    /** For a record on which a processor threw. */
    public static final class Processing implements ProcessingExceptionHandler {

        private String topic = "";

        @Override
        public void configure(Map<String, ?> configs) {
            topic = String.valueOf(configs.get(DEAD_LETTERS));
        }

        @Override
        public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
            if (exception instanceof KafkaException) {
                // An earlier record did not arrive, or the store failed: this one is not to blame.
                return Response.fail();
            }
            LOG.error(
                    "{}-{} offset {} failed in '{}' and becomes a dead letter",
                    context.topic(),
                    context.partition(),
                    context.offset(),
                    context.processorNodeId(),
                    exception);
            if (context.topic() == null) {
                return Response.resume();
            }
            Record<byte[], byte[]> letter = DeadLetters.of(
                    new Record<>(
                            context.sourceRawKey(),
                            context.sourceRawValue(),
                            Math.max(0, context.timestamp()),
                            context.headers()),
                    Optional.of(new Place(context.topic(), context.partition(), context.offset())),
                    null,
                    exception.toString());
            return Response.resume(List.of(new ProducerRecord<>(
                    topic, null, letter.timestamp(), letter.key(), letter.value(), letter.headers())));
        }

        private record Place(String topic, int partition, long offset) implements RecordMetadata {}
    }

    /** For a record that the broker did not take. */
    public static final class Production implements ProductionExceptionHandler {

        @Override
        public void configure(Map<String, ?> configs) {}

        @Override
        public Response handleError(
                ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
            if (exception instanceof RetriableException) {
                return Response.retry();
            }
            if (exception instanceof RecordTooLargeException) {
                LOG.error("A record for {} is larger than the broker takes, and is dropped", record.topic(), exception);
                return Response.resume();
            }
            return Response.fail();
        }
    }
}
