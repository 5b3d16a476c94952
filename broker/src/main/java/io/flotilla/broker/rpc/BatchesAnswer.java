package io.flotilla.broker.rpc;

import com.google.protobuf.MessageLite;
import io.flotilla.model.wire.RegionBytes;

/**
 * An answer that ends with stored batches. Whoever holds it closes the batches: the transport once it took the message,
 * else the writer that dropped it.
 *
 * @param fields the answer's message without its batches
 * @param batches stored entries, spliced in behind the fields
 */
record BatchesAnswer(MessageLite fields, RegionBytes batches) {
    /** An answer without batches. */
    static BatchesAnswer of(MessageLite fields) {
        return new BatchesAnswer(fields, RegionBytes.NONE);
    }
}
