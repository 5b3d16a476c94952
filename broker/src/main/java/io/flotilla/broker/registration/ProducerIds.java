package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.registration.ControllerClient.ProducerIdBlock;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Hands out producer ids from blocks that the controller reserved for this broker; no id is ever given twice, and ids
 * of a block that was reserved without an answer are never used. Any thread asks; the rest is on the loop.
 */
public final class ProducerIds {
    /** Callers that may wait for a block. */
    private static final int WAITING_MAX = 10_000;

    private static final long RETRY_AFTER_MS = 100;

    private final ControlLoop loop;
    private final ControllerClient controller;
    private final LongSupplier brokerEpoch;
    private final Queue<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private Backoff backoff = Backoff.fast();
    /** Next id of the block; at most end. */
    private long next;

    private long end;
    private boolean asking;

    /** @param brokerEpoch of this broker's registration, -1 before; any thread */
    public ProducerIds(ControlLoop loop, ControllerClient controller, LongSupplier brokerEpoch) {
        this.loop = loop;
        this.controller = controller;
        this.brokerEpoch = brokerEpoch;
    }

    /**
     * A fresh producer id; completes on the loop. Cancel it to stop waiting. Fails with OVERLOADED when too many wait.
     */
    public CompletableFuture<Long> next() {
        CompletableFuture<Long> id = new CompletableFuture<>();
        loop.execute(() -> {
            if (waiting.size() >= WAITING_MAX) {
                id.completeExceptionally(FlotillaError.notApplied(
                                ErrorCode.OVERLOADED, WAITING_MAX + " callers wait for producer ids already")
                        .withRetryAfterMs(RETRY_AFTER_MS)
                        .exception());
                return;
            }
            waiting.add(id);
            serve();
        });
        return id;
    }

    private void serve() {
        while (!waiting.isEmpty() && next < end) {
            if (waiting.remove().complete(next)) {
                next++;
            }
        }
        waiting.removeIf(CompletableFuture::isDone);
        if (!waiting.isEmpty() && !asking) {
            ask();
        }
    }

    private void ask() {
        asking = true;
        long epoch = brokerEpoch.getAsLong();
        if (epoch < 0) {
            askLater();
            return;
        }
        controller
                .allocateProducerIds(epoch)
                .whenComplete((block, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        take(block);
                    } else {
                        askLater();
                    }
                }));
    }

    private void take(ProducerIdBlock block) {
        backoff = backoff.afterSuccess();
        asking = false;
        next = block.first();
        end = block.first() + block.count();
        serve();
    }

    private void askLater() {
        loop.after(backoff.waitNanos(), () -> {
            asking = false;
            serve();
        });
        backoff = backoff.afterFailure();
    }
}
