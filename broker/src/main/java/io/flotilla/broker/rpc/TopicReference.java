package io.flotilla.broker.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.TopicRef;
import java.util.Optional;

/**
 * A topic as a request names it: by its name, by its id, or by both, which must then match.
 *
 * @param name empty when only the id is given
 */
public record TopicReference(String name, Optional<TopicId> id) {
    private static final int ID_BYTES = 16;

    /** Reads the reference; throws {@link FlotillaException} with INVALID_REQUEST when it names nothing. */
    public static TopicReference of(TopicRef message) {
        int idBytes = message.getId().size();
        if (idBytes != 0 && idBytes != ID_BYTES) {
            throw refused("a topic id has " + ID_BYTES + " bytes, not " + idBytes);
        }
        if (idBytes == 0 && message.getName().isEmpty()) {
            throw refused("the request names no topic: set topic.name or topic.id");
        }
        return new TopicReference(
                message.getName(), idBytes == 0 ? Optional.empty() : Optional.of(Ids.topic(message.getId())));
    }

    private static FlotillaException refused(String message) {
        return FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, message).exception();
    }

    @Override
    public String toString() {
        return name.isEmpty() ? id.map(TopicId::toString).orElse("") : name;
    }
}
