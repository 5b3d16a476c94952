package io.flotilla.broker.fetcher;

import io.flotilla.proto.internal.v1.FetchReplicaResponse;
import java.nio.ByteBuffer;

/**
 * An answer of a leader as it came.
 *
 * @param fields the answer without its batches
 * @param batches entries of field 1, unchecked
 * @param defect why the message could not be read; empty when it could
 */
record GrpcReplicaFrame(FetchReplicaResponse fields, ByteBuffer batches, String defect) {}
