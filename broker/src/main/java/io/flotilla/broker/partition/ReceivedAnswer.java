package io.flotilla.broker.partition;

import java.nio.ByteBuffer;

/**
 * A leader's answer as a follower got it.
 *
 * @param batches whole entries between position and limit, unchecked; the partition's until the answer was taken
 */
public record ReceivedAnswer(AnswerHeader header, ByteBuffer batches) {}
