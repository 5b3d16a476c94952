package io.flotilla.broker.log;

/**
 * How many idempotent producers a log remembers, and which of them it may forget.
 *
 * @param max when a new one needs room beyond this, the one that wrote longest ago is forgotten
 * @param expirationMs but none that wrote within this time, milliseconds ({@code producer.id.expiration.ms}): as long
 *     as a copy of its first batch may arrive, it must be known. Longer than any client's {@code delivery.timeout.ms}.
 */
public record ProducerLimits(int max, long expirationMs) {
    /** 5,000 producers, of which those of the last 10 minutes stay. */
    public static final ProducerLimits DEFAULT = new ProducerLimits(5_000, 600_000);

    public ProducerLimits {
        if (max < 1 || expirationMs < 0) {
            throw new IllegalArgumentException("a log remembers " + max + " producers for " + expirationMs
                    + " ms, it must be at least 1 for at least 0 ms");
        }
    }

    /** Limits with another time. */
    public ProducerLimits withExpirationMs(long ms) {
        return new ProducerLimits(max, ms);
    }
}
