package io.flotilla.broker.log;

/** What a log thinks of an idempotent producer's batches before they are appended (rule R20). */
public sealed interface SequenceVerdict {
    /** They are next, or their producer is not idempotent. */
    SequenceVerdict ACCEPT = new Accept();

    record Accept() implements SequenceVerdict {}

    /** They are in the log already, from {@code baseOffset} to {@code lastOffset}. */
    record Duplicate(long baseOffset, long lastOffset) implements SequenceVerdict {}

    /** They are neither next nor among the last five batches of their producer. */
    record OutOfOrder(long producerId, int expectedSequence, int baseSequence) implements SequenceVerdict {}

    /** The log does not know the producer, whose sequences would then have to start at 0. */
    record UnknownProducer(long producerId, int baseSequence) implements SequenceVerdict {}

    /** Room for a new producer would cost one that wrote within the time that the log promises to remember. */
    record TooManyProducers(ProducerLimits limits, long retryAfterMs) implements SequenceVerdict {}

    /** The producer's id was taken over with a newer epoch. */
    record InvalidEpoch(long producerId, int producerEpoch, int currentEpoch) implements SequenceVerdict {}
}
