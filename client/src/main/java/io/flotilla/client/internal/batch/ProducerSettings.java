package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.record.Codec;

/** What the producing core is told; both parts are checked where they are made. */
public record ProducerSettings(Batching batching, Delivery delivery) {
    /**
     * How records become batches.
     *
     * @param batchBytes a batch is full when it would outgrow this; a single larger record gets a batch of its own
     * @param lingerMs how long a batch may wait for more records
     * @param bufferBytes all records that are not yet answered
     * @param maxBlockMs how long a sender may wait for room or for a topic's metadata
     */
    public record Batching(int batchBytes, long lingerMs, long bufferBytes, long maxBlockMs, Codec codec) {
        public Batching {
            if (batchBytes < 0 || lingerMs < 0 || bufferBytes <= 0 || maxBlockMs < 0) {
                throw new IllegalArgumentException(
                        "batch.size, linger.ms and max.block.ms are at least 0," + " buffer.memory is at least 1");
            }
        }
    }

    /**
     * How batches reach the log.
     *
     * @param idempotent each record once, in order, whatever is retried
     * @param inFlightMax batches of one partition that may be unanswered
     * @param retriesMax attempts after the first
     */
    public record Delivery(Acks acks, boolean idempotent, int inFlightMax, int retriesMax, Timing timing) {
        /** An idempotent producer's batches are recognised among its last five of a partition. */
        public static final int IDEMPOTENT_IN_FLIGHT_MAX = 5;

        public Delivery {
            if (inFlightMax < 1 || retriesMax < 0) {
                throw new IllegalArgumentException(
                        "max.in.flight.requests.per.connection is at least 1," + " retries at least 0");
            }
            if (idempotent && (acks != Acks.ALL || inFlightMax > IDEMPOTENT_IN_FLIGHT_MAX || retriesMax == 0)) {
                throw new IllegalArgumentException("enable.idempotence needs acks=all, retries above 0 and at most "
                        + IDEMPOTENT_IN_FLIGHT_MAX + " in max.in.flight.requests.per.connection");
            }
        }
    }

    /**
     * How long things may take.
     *
     * @param deliveryTimeoutMs from the call of send to the answer, retries included
     * @param requestTimeoutMs one attempt
     * @param retries pauses between attempts of a partition
     * @param reconnects pauses between attempts to reach a broker
     */
    public record Timing(
            long deliveryTimeoutMs, long requestTimeoutMs, Backoff.Limits retries, Backoff.Limits reconnects) {
        public Timing {
            if (deliveryTimeoutMs <= 0 || requestTimeoutMs <= 0) {
                throw new IllegalArgumentException("delivery.timeout.ms and request.timeout.ms are at least 1");
            }
        }
    }
}
