package io.flotilla.quorum.feed;

import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.quorum.command.AppliedDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The newest deltas, encoded once for all watchers, within bounds of count and bytes. Owned by the feed's executor. */
final class DeltaRing {
    private final FeedConfig config;
    /** By the revision that each follows; contiguous. */
    private final NavigableMap<Long, Encoded> byPrevious = new TreeMap<>();

    private long bytes;

    DeltaRing(FeedConfig config) {
        this.config = config;
    }

    /** One delta as messages. */
    record Encoded(long revision, List<FollowResponse> messages, long bytes) {}

    void add(AppliedDelta applied) {
        List<FollowResponse> messages = new ArrayList<>();
        Chunks.ofDelta(applied, config).forEachRemaining(messages::add);
        long size =
                messages.stream().mapToLong(FollowResponse::getSerializedSize).sum();
        long previous = applied.delta().previousRevision();
        byPrevious.put(previous, new Encoded(applied.delta().revision(), messages, size));
        bytes += size;
        while (byPrevious.size() > 1 && (byPrevious.size() > config.deltasMax() || bytes > config.bytesMax())) {
            Map.Entry<Long, Encoded> oldest = byPrevious.pollFirstEntry();
            bytes -= oldest == null ? 0 : oldest.getValue().bytes();
        }
    }

    /** The delta that follows a revision; empty when it is no longer, or not yet, here. */
    Optional<Encoded> after(long revision) {
        return Optional.ofNullable(byPrevious.get(revision));
    }
}
