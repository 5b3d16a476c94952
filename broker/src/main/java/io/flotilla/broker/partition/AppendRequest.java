package io.flotilla.broker.partition;

import io.flotilla.model.call.CallContext;
import java.nio.ByteBuffer;

/**
 * Batches to append to one partition, together or not at all.
 *
 * @param context who asks, and until when: a deadline that passes before the append refuses it
 * @param leaderEpoch the epoch that the asker knows, {@link Partition#ANY_EPOCH} for none
 * @param acks when to answer
 * @param batches canonical entries between position and limit; writable, for the leader patches its fields in place;
 *     the partition's until {@link AppendCallback#consumed}
 */
public record AppendRequest(CallContext context, int leaderEpoch, Acks acks, ByteBuffer batches) {}
