package io.flotilla.server;

import io.flotilla.broker.isr.Contacts;
import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.broker.metadata.MetadataListener;
import io.flotilla.broker.registration.BrokerLifecycle;
import io.flotilla.broker.rpc.ReplicaStreams;
import org.jspecify.annotations.Nullable;

/** This run of the broker as parts see it that are built before its lifecycle and its streams are. Any thread. */
public final class BrokerRun implements Contacts, MetadataListener {
    private volatile @Nullable BrokerLifecycle lifecycle;
    private volatile @Nullable ReplicaStreams streams;

    public void attach(BrokerLifecycle made) {
        lifecycle = made;
    }

    public void attach(ReplicaStreams made) {
        streams = made;
    }

    /** Epoch of the registration, -1 before. */
    public long epoch() {
        BrokerLifecycle made = lifecycle;
        return made == null ? -1 : made.brokerEpoch();
    }

    /** A log directory failed: tells the controller at once. */
    public void onLogsLost() {
        BrokerLifecycle made = lifecycle;
        if (made != null) {
            made.onLogsLost();
        }
    }

    @Override
    public long controllerHeardAtNanos() {
        BrokerLifecycle made = lifecycle;
        return made == null ? Long.MIN_VALUE : made.controllerHeardAtNanos();
    }

    @Override
    public long replicaHeardAtNanos(int brokerId) {
        ReplicaStreams made = streams;
        return made == null ? Long.MIN_VALUE : made.heardAtNanos(brokerId);
    }

    @Override
    public void onChange(MetadataChange change) {
        BrokerLifecycle made = lifecycle;
        if (made != null) {
            made.onMetadataApplied();
        }
    }
}
