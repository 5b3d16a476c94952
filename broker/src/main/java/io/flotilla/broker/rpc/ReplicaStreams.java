package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.partition.FollowerStream;
import io.flotilla.broker.partition.Partition;
import io.flotilla.model.time.Clock;
import io.flotilla.proto.internal.v1.OpenReplicaStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The replica streams that followers hold open to this broker: one for each follower, the latest. Sends their
 * heartbeats, knows when each was last heard, and has a broken stream's follower probed. Safe for any thread; closed by
 * the wiring, after which no heartbeat goes out.
 */
public final class ReplicaStreams implements AutoCloseable {
    private static final int LOOKS_PER_HEARTBEAT = 2;

    private final ReplicaAdmission admission;
    private final DeathProbe probe;
    private final ControlLoop loop;
    private final Clock clock;
    private final long heartbeatNanos;
    /** By follower. */
    private final Map<Integer, ReplicaStream> open = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** @param loop runs the heartbeats' timer, from the first stream on */
    public ReplicaStreams(
            ReplicaAdmission admission, DeathProbe probe, ControlLoop loop, Clock clock, RpcSettings settings) {
        this.admission = admission;
        this.probe = probe;
        this.loop = loop;
        this.clock = clock;
        this.heartbeatNanos = settings.heartbeatNanos();
        beatLater();
    }

    /** When the follower's stream last carried anything from it; Long.MIN_VALUE when none is open. */
    public long heardAtNanos(int followerId) {
        ReplicaStream stream = open.get(followerId);
        return stream == null ? Long.MIN_VALUE : stream.heardAtNanos();
    }

    /** Throws FlotillaException when the follower may not open a stream. */
    FollowerStream admit(OpenReplicaStream request) {
        return admission.admit(request);
    }

    /** A follower whose connection broke may be back before the old stream's end is noticed: the new stream counts. */
    void opened(ReplicaStream stream, FollowerStream follower) {
        ReplicaStream earlier = open.put(follower.brokerId(), stream);
        if (earlier != null && earlier != stream) {
            earlier.supersede();
        }
    }

    void closed(ReplicaStream stream, FollowerStream follower) {
        open.remove(follower.brokerId(), stream);
    }

    /** The peer broke the stream: that is suspicion, and worth a probe. */
    void broken(FollowerStream follower, List<Partition> partitions) {
        if (closed || open.containsKey(follower.brokerId())) {
            return;
        }
        probe.probe(follower.brokerId(), follower.brokerEpoch(), () -> {
            if (!open.containsKey(follower.brokerId())) {
                partitions.forEach(partition -> partition.onReplicaLost(follower));
            }
        });
    }

    private void beatLater() {
        loop.after(heartbeatNanos / LOOKS_PER_HEARTBEAT, () -> {
            if (!closed) {
                long nowNanos = clock.nanos();
                open.values().forEach(stream -> stream.heartbeatAfter(heartbeatNanos, nowNanos));
                beatLater();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
