package io.flotilla.model.image;

import java.util.Locale;
import java.util.Optional;

/** What an acknowledgement of a topic survives. */
public enum Durability {
    /** Every in-sync replica has it on disk: the power loss of all nodes at once. */
    SYNCED,
    /** Every in-sync replica has it in memory: the loss of min.insync.replicas - 1 of them at once. */
    REPLICATED;

    /** The value of the config {@code durability}. */
    public String configValue() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Durability> ofConfigValue(String value) {
        for (Durability durability : values()) {
            if (durability.configValue().equals(value)) {
                return Optional.of(durability);
            }
        }
        return Optional.empty();
    }
}
