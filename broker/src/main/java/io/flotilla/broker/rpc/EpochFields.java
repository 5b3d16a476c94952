package io.flotilla.broker.rpc;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.proto.v1.EpochResult;

/** Writes where epochs end for clients, to whom the end of no epoch is -1. */
final class EpochFields {
    private EpochFields() {}

    static EpochResult result(EpochEnd end) {
        boolean none = end.epoch() == EpochEnd.NO_EPOCH;
        return EpochResult.newBuilder()
                .setEpoch(end.epoch())
                .setEndOffset(none ? -1 : end.endOffset())
                .build();
    }
}
