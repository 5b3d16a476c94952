package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.Push;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams of a shard's members, by the numbers of their connections. Loop thread only. */
final class Streams {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);

    private final Map<Long, MemberStream> open = new TreeMap<>();

    void add(long connection, MemberStream stream) {
        open.put(connection, stream);
    }

    @Nullable
    MemberStream remove(long connection) {
        return open.remove(connection);
    }

    int count() {
        return open.size();
    }

    /** Tells members what they have not asked for; those whose streams are gone hear it when they come back. */
    void push(List<Push> pushes) {
        for (Push push : pushes) {
            if (push instanceof Push.Assigned assigned) {
                MemberStream stream = open.get(push.connection());
                if (stream != null) {
                    stream.assign(assigned.assignment());
                }
            } else if (push instanceof Push.Ended ended) {
                end(push.connection(), ended.error());
            }
        }
    }

    private void end(long connection, FlotillaError error) {
        MemberStream stream = open.remove(connection);
        if (stream != null) {
            LOG.info("the stream of a member ends: {}", error);
            stream.end(error);
        }
    }

    /** Ends all of them. */
    void endAll(FlotillaError error) {
        List<MemberStream> ended = new ArrayList<>(open.values());
        open.clear();
        ended.forEach(stream -> stream.end(error));
    }
}
