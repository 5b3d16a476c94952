package io.flotilla.quorum.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.quorum.feed.ControllerLocator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Where the active controller is, for callers who came to the wrong node. Safe for any thread. */
public final class ControllerHints implements ControllerLocator {
    private static final long RETRY_AFTER_MS = 50;

    private final Map<Integer, Endpoint> configured;
    private final Supplier<MetadataImage> image;
    private final Supplier<OptionalInt> leader;
    private final IntFunction<Optional<Endpoint>> joined;

    /**
     * @param configured internal listeners of the controllers by node id, as far as the configuration tells; a combined
     *     node's registration tells too, and wins
     * @param leader the quorum's leader, where this node knows it
     */
    public ControllerHints(
            Map<Integer, Endpoint> configured, Supplier<MetadataImage> image, Supplier<OptionalInt> leader) {
        this(configured, image, leader, node -> Optional.empty());
    }

    /** @param joined internal listeners of the controllers that were added to the quorum, by node id */
    public ControllerHints(
            Map<Integer, Endpoint> configured,
            Supplier<MetadataImage> image,
            Supplier<OptionalInt> leader,
            IntFunction<Optional<Endpoint>> joined) {
        this.configured = new TreeMap<>(configured);
        this.image = image;
        this.leader = leader;
        this.joined = joined;
    }

    @Override
    public Optional<Location> active() {
        OptionalInt node = leader.get();
        if (node.isEmpty()) {
            return Optional.empty();
        }
        int id = node.getAsInt();
        Optional<BrokerRegistration> registered = image.get().brokers().broker(id);
        String endpoint = registered
                .filter(broker -> !broker.fenced()) // else it may be long gone, and the controller elsewhere
                .flatMap(broker -> broker.listener(BrokerRegistration.INTERNAL_LISTENER))
                .or(() -> joined.apply(id))
                .or(() -> Optional.ofNullable(configured.get(id)))
                .or(() -> registered.flatMap(broker -> broker.listener(BrokerRegistration.INTERNAL_LISTENER)))
                .map(Endpoint::toString)
                .orElse("");
        return Optional.of(new Location(id, endpoint));
    }

    /** The refusal of a node that is not the active controller, with a hint of who is. */
    public FlotillaError notController(String why) {
        Optional<Location> active = active();
        FlotillaError error = FlotillaError.notApplied(
                        ErrorCode.NOT_CONTROLLER,
                        why
                                + active.map(location -> "; the active controller is node " + location.nodeId())
                                        .orElse("; the active controller is not known, an election may be under way"))
                .withRetryAfterMs(RETRY_AFTER_MS);
        return active.map(location -> error.withLeader(new LeaderHint(location.nodeId(), location.endpoint(), -1)))
                .orElse(error);
    }
}
