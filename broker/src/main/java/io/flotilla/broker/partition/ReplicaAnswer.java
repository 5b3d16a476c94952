package io.flotilla.broker.partition;

import io.flotilla.broker.log.LogSlice;
import org.jspecify.annotations.Nullable;

/**
 * A leader's answer to a follower.
 *
 * @param records whole batches from the header's fetch offset on; read off the loop and closed by whoever gets the
 *     answer; null when there are none
 */
public record ReplicaAnswer(AnswerHeader header, @Nullable LogSlice records) {}
