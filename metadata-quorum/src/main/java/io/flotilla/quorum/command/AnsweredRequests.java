package io.flotilla.quorum.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.flotilla.model.delta.MetadataRecord.RequestAnswered;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.MetadataRecords;
import java.util.Optional;
import java.util.UUID;

/** Lets a retried administrative request get its first answer: the answer is kept in the revision that it speaks of. */
final class AnsweredRequests {
    private final Optional<UUID> requestId;

    /** Throws IllegalArgumentException unless the id is empty, for no protection, or has 16 bytes. */
    AnsweredRequests(ByteString requestId) {
        this.requestId = requestId.isEmpty() ? Optional.empty() : Optional.of(MetadataRecords.requestId(requestId));
    }

    Optional<byte[]> answer(MetadataImage image) {
        return requestId.flatMap(id -> image.requests().answer(id));
    }

    /** Keeps the answer, if the request did anything; one that did nothing may as well be decided again. */
    void remember(Draft draft, MessageLite answer) {
        if (!draft.changesNothing()) {
            requestId.ifPresent(id -> draft.add(new RequestAnswered(id, answer.toByteArray())));
        }
    }

    /** Reads an answer that {@link #remember} wrote. */
    static <T> T read(Parser<T> parser, byte[] answer) {
        try {
            return parser.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the request id belongs to a request of another kind", e);
        }
    }
}
