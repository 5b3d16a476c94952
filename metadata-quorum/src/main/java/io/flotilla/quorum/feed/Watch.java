package io.flotilla.quorum.feed;

import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import java.util.Collections;
import java.util.Iterator;

/** One watcher: how far it is, and what it is in the middle of. Owned by the feed's executor. */
final class Watch {
    final FeedSink sink;
    final int brokerId;
    /** History of the watcher's state; empty without any. */
    String historyId;
    /** Revision of the watcher's state once {@link #pending} is sent. */
    long revision;
    /** The rest of a delta or a snapshot that began. */
    Iterator<FollowResponse> pending = Collections.emptyIterator();
    /** Whether anything was sent since the last tick. */
    boolean spokenTo;

    Watch(FollowRequest request, FeedSink sink) {
        this.sink = sink;
        this.brokerId = request.getBrokerId();
        this.historyId = request.getHistoryId();
        this.revision = request.getFromRevision();
    }
}
