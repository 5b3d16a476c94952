package io.flotilla.model.image;

import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** The configs of brokers that were set while the cluster runs, by broker id; {@link #ALL} holds what all have. */
public record BrokerConfigsImage(PMap<Integer, PMap<String, String>> byBroker) {
    /** Stands for every broker that does not have a value of its own. */
    public static final int ALL = -1;

    public static final BrokerConfigsImage EMPTY = new BrokerConfigsImage(TreePMap.empty());

    /** What was set for this broker alone, or with {@link #ALL} for all. */
    public PMap<String, String> of(int broker) {
        PMap<String, String> configs = byBroker.get(broker);
        return configs == null ? TreePMap.empty() : configs;
    }

    /** The value that holds for a broker: its own, else that of all, else the default. */
    public String value(int broker, BrokerConfigKey key) {
        String own = of(broker).get(key.key());
        return own != null ? own : of(ALL).getOrDefault(key.key(), key.defaultValue());
    }

    /** Whether the broker gets no new replicas. */
    public boolean cordons(int broker) {
        return BrokerConfigKey.ALL_DIRECTORIES.equals(value(broker, BrokerConfigKey.CORDONED_LOG_DIRS));
    }

    /** Sets a value, or takes it away when there is none. */
    public BrokerConfigsImage with(int broker, String key, Optional<String> value) {
        PMap<String, String> known = of(broker);
        PMap<String, String> now = value.map(v -> known.plus(key, v)).orElseGet(() -> known.minus(key));
        return new BrokerConfigsImage(now.isEmpty() ? byBroker.minus(broker) : byBroker.plus(broker, now));
    }
}
