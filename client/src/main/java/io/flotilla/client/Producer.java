package io.flotilla.client;

import io.flotilla.client.internal.batch.Inbox;
import io.flotilla.client.internal.batch.PendingRecord;
import io.flotilla.client.internal.batch.Sender;
import io.flotilla.client.internal.loop.ClientLoop;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.TopicName;
import io.flotilla.model.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to topics, in batches, until they are acknowledged. Safe for any number of threads; one thread of its
 * own does the work. By default each record is in its partition's log exactly once, in the order of send, whatever is
 * retried. Without idempotence a retried batch may be there twice. Whoever makes a producer closes it.
 */
public final class Producer implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final ProducerConfig config;
    private final Clock clock;
    private final ClientEngine engine;
    private final ClientLoop loop;
    private final Inbox inbox;
    private final Sender sender;
    private final ProducerPlugins plugins;
    private final InterceptorChain interceptors;

    /** A producer configured by names and values, for example java.util.Properties. */
    public Producer(Map<?, ?> config) {
        this(ProducerConfig.of(config));
    }

    public Producer(ProducerConfig config) {
        this(
                config,
                ProducerPlugins.ofClasses(
                        config.extensions().partitioner(), config.extensions().interceptors()));
    }

    /**
     * A producer with parts of the application's own, in the place of those that {@code partitioner.class} and
     * {@code interceptor.classes} name.
     */
    public Producer(ProducerConfig config, ProducerPlugins plugins) {
        this.config = config;
        this.plugins = plugins;
        this.interceptors = new InterceptorChain(plugins.interceptors());
        this.clock = ClientWiring.clock();
        this.engine = new ClientEngine("flotilla-producer", config.client(), new Body());
        this.loop = engine.loop();
        var batching = config.settings().batching();
        this.inbox = new Inbox(batching.bufferBytes(), Math.max(1, batching.batchBytes()), loop::wake);
        RandomGenerator random = ClientWiring.random();
        this.sender = new Sender(
                config.settings(),
                new Sender.Ports(
                        inbox,
                        engine.metadata(random),
                        engine.produces(),
                        plugins.choosers(config.extensions().builtIn(), batching.batchBytes(), random),
                        random));
        engine.start();
    }

    /** Runs the sender on the loop. */
    private final class Body implements ClientLoop.Body {
        @Override
        public long advance(long nowNanos) {
            return sender.advance(nowNanos);
        }

        @Override
        public void crashed(Throwable cause) {
            inbox.close();
            sender.abort("the producer failed: " + cause);
            sender.close();
        }
    }

    /** As {@link #send(ProducerRecord, Callback)}, without a callback. */
    public CompletableFuture<RecordMetadata> send(ProducerRecord record) {
        return send(record, null);
    }

    /**
     * Hands a record over; the future tells how it ended: its place in the log, or a {@link FlotillaException} whose
     * error says whether it certainly is not in the log (NOT_APPLIED) or nobody can say (UNKNOWN).
     *
     * <p>Waits up to {@code max.block.ms} while {@code buffer.memory} is full.
     *
     * @throws FlotillaException NOT_APPLIED, at once: MESSAGE_TOO_LARGE above {@code max.request.size},
     *     INVALID_TOPIC_EXCEPTION, REQUEST_TIMED_OUT without room in the buffer, INVALID_REQUEST after close
     */
    public CompletableFuture<RecordMetadata> send(ProducerRecord record, @Nullable Callback callback) {
        ProducerRecord intercepted = interceptors.onSend(record);
        try {
            return handOver(intercepted, (metadata, failure) -> {
                interceptors.onAcknowledgement(intercepted, metadata, failure);
                if (callback != null) {
                    callback.onCompletion(metadata, failure);
                }
            });
        } catch (FlotillaException refused) {
            interceptors.onAcknowledgement(intercepted, null, refused);
            throw refused;
        }
    }

    private CompletableFuture<RecordMetadata> handOver(ProducerRecord record, Callback callback) {
        TopicName.defect(record.topic()).ifPresent(defect -> {
            throw FlotillaError.notApplied(ErrorCode.INVALID_TOPIC_EXCEPTION, defect)
                    .exception();
        });
        Integer partition = record.partition();
        Long timestampMs = record.timestampMs();
        PendingSend answer = new PendingSend(record.topic(), callback);
        PendingRecord pending = new PendingRecord(
                new PendingRecord.Target(
                        record.topic(),
                        partition == null ? PendingRecord.ANY_PARTITION : partition,
                        timestampMs == null ? clock.wallMs() : timestampMs),
                new PendingRecord.Content(record.key(), record.value(), record.headers()),
                answer);
        refuseOversized(pending);
        pending.enqueuedAt(clock.nanos());
        try {
            // The loop itself sends from callbacks: it must not wait for itself.
            inbox.offer(
                    pending,
                    loop.isLoopThread() ? 0 : config.settings().batching().maxBlockMs());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlotillaError.notApplied(ErrorCode.REQUEST_TIMED_OUT, "interrupted while waiting for room")
                    .exception();
        }
        return answer;
    }

    private void refuseOversized(PendingRecord record) {
        long limit =
                Math.min(config.maxRequestBytes(), config.settings().batching().bufferBytes());
        if (record.sizeBytes() > limit) {
            throw FlotillaError.notApplied(
                            ErrorCode.MESSAGE_TOO_LARGE,
                            "a record of " + record.sizeBytes() + " bytes for topic " + record.topic()
                                    + " is above max.request.size " + config.maxRequestBytes() + " or buffer.memory "
                                    + config.settings().batching().bufferBytes())
                    .exception();
        }
    }

    /**
     * What the producer has done since it was made, by Kafka's names: counts, bytes, and milliseconds for latencies.
     * Any thread.
     */
    public Map<String, Double> metrics() {
        return ProducerMetrics.of(
                sender.counters().totals(), inbox, config.settings().batching().bufferBytes());
    }

    /** Sends everything that was handed over at once, and waits until all of it is answered, well or badly. */
    public void flush() {
        if (loop.isLoopThread()) {
            throw new IllegalStateException("flush must not be called from a callback");
        }
        try {
            flushed().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("flush failed", e.getCause());
        }
    }

    private CompletableFuture<Void> flushed() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> sender.flush().thenAccept(done::complete));
        if (loop.isStopped()) {
            done.complete(null);
        }
        return done;
    }

    /** Closes after everything handed over is answered, at most 30 s. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Refuses further records, waits so long for answers to those handed over, then fails the others: NOT_APPLIED where
     * they were never sent, else UNKNOWN.
     */
    public void close(Duration timeout) {
        inbox.close();
        if (!loop.isLoopThread()) {
            try {
                flushed().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                // What is left fails below.
            }
        }
        engine.close(() -> {
            sender.abort("the producer was closed before the record was acknowledged");
            sender.close();
        });
        interceptors.close();
        plugins.partitioner().ifPresent(Partitioner::close);
    }
}
