package io.flotilla.broker.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.record.BatchCanonicalizer;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchView;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Brings the batches of a request into the form that partitions store. Batches of the Java client, and of any stub that
 * sets all fifteen fields, stay where they are; others are encoded anew. Whether they are sound is the partition's
 * check.
 */
final class CanonicalBatches {
    private static final int BODY_LENGTH_BYTES_MAX = 5;

    private CanonicalBatches() {}

    /**
     * The same batches in canonical form: the given buffer when all of them have it already.
     *
     * @param region entries of field 1, framed with their shortest length
     * @throws FlotillaException CORRUPT_MESSAGE or MESSAGE_TOO_LARGE, NOT_APPLIED, when an entry is no batch
     */
    static ByteBuffer of(ByteBuffer region) {
        int position = region.position();
        while (position < region.limit() && isCanonical(region, position)) {
            position = BatchView.at(region, position).end();
        }
        return position == region.limit() ? region : rewritten(region);
    }

    private static boolean isCanonical(ByteBuffer region, int position) {
        return BatchCheck.prefix(region, position, region.limit(), region.limit() - (long) position) == null;
    }

    private static ByteBuffer rewritten(ByteBuffer region) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(region.remaining() + 64);
        int position = region.position();
        for (int index = 0; position < region.limit(); index++) {
            int body = bodyPosition(region, position);
            int end = body + bodyLength(region, position);
            append(
                    out,
                    isCanonical(region, position)
                            ? region.slice(position, end - position)
                            : canonical(region, body, end, index));
            position = end;
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static ByteBuffer canonical(ByteBuffer region, int body, int end, int index) {
        BatchCanonicalizer.Outcome outcome = BatchCanonicalizer.canonicalize(region, body, end);
        if (outcome instanceof BatchCanonicalizer.Outcome.Canonical canonical) {
            return canonical.entry();
        }
        BatchDefect defect = ((BatchCanonicalizer.Outcome.Refused) outcome).defect();
        ErrorCode code =
                defect.kind() == BatchDefect.Kind.TOO_LARGE ? ErrorCode.MESSAGE_TOO_LARGE : ErrorCode.CORRUPT_MESSAGE;
        throw FlotillaError.notApplied(code, "batch " + index + ": " + defect.message())
                .exception();
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer entry) {
        byte[] bytes = new byte[entry.remaining()];
        entry.duplicate().get(bytes);
        out.write(bytes, 0, bytes.length);
    }

    private static int bodyLength(ByteBuffer region, int entry) {
        int length = 0;
        for (int i = 0; i < BODY_LENGTH_BYTES_MAX; i++) {
            byte next = region.get(entry + 1 + i);
            length |= (next & 0x7F) << (7 * i);
            if (next >= 0) {
                break;
            }
        }
        return length;
    }

    private static int bodyPosition(ByteBuffer region, int entry) {
        int position = entry + 1;
        while (region.get(position) < 0) {
            position++;
        }
        return position + 1;
    }
}
