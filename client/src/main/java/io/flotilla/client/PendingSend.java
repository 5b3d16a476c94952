package io.flotilla.client;

import io.flotilla.client.internal.batch.PendingRecord;
import io.flotilla.client.internal.batch.ProduceAnswer;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The future that send returns; the producer's loop completes it after the callback has run. */
final class PendingSend extends CompletableFuture<RecordMetadata> implements PendingRecord.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(PendingSend.class);

    private final String topic;
    private final Callback callback;

    PendingSend(String topic, Callback callback) {
        this.topic = topic;
        this.callback = callback;
    }

    @Override
    public void acknowledged(PendingRecord.Acknowledgement told) {
        ProduceAnswer answer = told.answer();
        RecordMetadata metadata = new RecordMetadata(
                new TopicPartition(topic, told.partition()),
                told.offset(),
                told.timestampMs(),
                answer == null ? -1 : answer.leaderEpoch(),
                answer == null ? null : answer.durability());
        call(metadata, null);
        complete(metadata);
    }

    @Override
    public void failed(FlotillaError error) {
        FlotillaException failure = error.exception();
        call(null, failure);
        completeExceptionally(failure);
    }

    private void call(@Nullable RecordMetadata metadata, @Nullable FlotillaException failure) {
        try {
            callback.onCompletion(metadata, failure);
        } catch (RuntimeException e) {
            LOG.warn("a callback for topic {} threw", topic, e);
        }
    }
}
