package io.flotilla.model.image;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** All registered brokers, in the order of their ids. */
public record BrokersImage(PMap<Integer, BrokerRegistration> byId) {
    public static final BrokersImage EMPTY = new BrokersImage(TreePMap.empty());

    public Optional<BrokerRegistration> broker(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    public Collection<BrokerRegistration> all() {
        return byId.values();
    }

    /** The brokers that may lead and be in an ISR, in the order of their ids. */
    public List<BrokerRegistration> eligible() {
        return byId.values().stream().filter(BrokerRegistration::eligible).toList();
    }

    public boolean eligible(int id) {
        return broker(id).map(BrokerRegistration::eligible).orElse(false);
    }

    public BrokersImage with(BrokerRegistration broker) {
        return new BrokersImage(byId.plus(broker.brokerId(), broker));
    }

    public BrokersImage without(int id) {
        return new BrokersImage(byId.minus(id));
    }
}
