package io.flotilla.broker.fetcher;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds both ends of replica streams in the applied metadata. Safe for any thread when the supplier is. */
public final class ImagePeers implements ReplicaPeers {
    private final Supplier<MetadataImage> image;
    private final int brokerId;
    private final IncarnationId incarnation;

    /**
     * @param image the applied metadata
     * @param brokerId this broker
     * @param incarnation this run of it
     */
    public ImagePeers(Supplier<MetadataImage> image, int brokerId, IncarnationId incarnation) {
        this.image = image;
        this.brokerId = brokerId;
        this.incarnation = incarnation;
    }

    @Override
    public Optional<ReplicaStreamOpening> opening(int leaderId) {
        MetadataImage now = image.get();
        Optional<BrokerRegistration> own = now.brokers()
                .broker(brokerId)
                .filter(registered -> registered.incarnation().equals(incarnation));
        Optional<BrokerRegistration> leader = now.brokers().broker(leaderId);
        Optional<Endpoint> endpoint =
                leader.flatMap(registered -> registered.listener(BrokerRegistration.INTERNAL_LISTENER));
        if (own.isEmpty() || endpoint.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReplicaStreamOpening(
                now.clusterId(),
                brokerId,
                own.get().epoch(),
                incarnation,
                leaderId,
                endpoint.get(),
                leader.get().epoch()));
    }
}
