package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.FollowerStream;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.OpenReplicaStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides by the applied metadata which followers may open a replica stream (R5): both ends must know each other's
 * current registration, so that every ISR proposal carries epochs that a member itself has shown. Safe for any thread.
 */
public final class ReplicaAdmission {
    private static final long SOON_MS = 50;

    private final Supplier<MetadataImage> image;
    private final LongSupplier ownBrokerEpoch;
    private final AtomicLong streams = new AtomicLong();

    /**
     * @param image the applied metadata
     * @param ownBrokerEpoch this run's registration, -1 before there is one
     */
    public ReplicaAdmission(Supplier<MetadataImage> image, LongSupplier ownBrokerEpoch) {
        this.image = image;
        this.ownBrokerEpoch = ownBrokerEpoch;
    }

    /** Throws {@link FlotillaException} with INCONSISTENT_CLUSTER_ID for a caller of another cluster. */
    public void checkCluster(String clusterId) {
        String ours = image.get().clusterId();
        if (!clusterId.equals(ours)) {
            throw FlotillaError.notApplied(
                            ErrorCode.INCONSISTENT_CLUSTER_ID,
                            "cluster id '" + clusterId + "' is not this broker's '" + ours + "'")
                    .exception();
        }
    }

    /**
     * The follower behind a stream that opens.
     *
     * @throws FlotillaException INCONSISTENT_CLUSTER_ID, or STALE_BROKER_EPOCH when one end's registration is not what
     *     the other knows
     */
    FollowerStream admit(OpenReplicaStream open) {
        checkCluster(open.getClusterId());
        long ours = ownBrokerEpoch.getAsLong();
        if (open.getLeaderBrokerEpoch() != ours) {
            throw stale("this broker's epoch is " + ours + ", not " + open.getLeaderBrokerEpoch());
        }
        int id = open.getFollowerId();
        Optional<BrokerRegistration> known = image.get().brokers().broker(id);
        if (known.isEmpty()) {
            throw stale("broker " + id + " is not registered, as far as this broker knows");
        }
        BrokerRegistration registered = known.get();
        if (registered.epoch() != open.getFollowerEpoch()
                || !Ids.bytes(registered.incarnation()).equals(open.getFollowerIncarnation())) {
            throw stale("broker " + id + " is registered in epoch " + registered.epoch() + ", as far as this broker"
                    + " knows, not as the run of epoch " + open.getFollowerEpoch());
        }
        return new FollowerStream(id, registered.epoch(), streams.incrementAndGet());
    }

    /** One of the two may only have to catch up with the metadata. */
    private static FlotillaException stale(String message) {
        return FlotillaError.notApplied(ErrorCode.STALE_BROKER_EPOCH, message)
                .withRetryAfterMs(SOON_MS)
                .exception();
    }
}
