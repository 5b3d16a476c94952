package io.flotilla.bench.load;

import java.util.function.Supplier;

/** The systems that can be put under load; the constant's name in lower case is the system's. */
public enum LoadClients {
    FLOTILLA(FlotillaLoad::new),
    /** Its classes are loaded only when asked for: Flotilla's own runs do not have them. */
    KAFKA(() -> new KafkaLoad());

    private final Supplier<LoadClient> maker;

    LoadClients(Supplier<LoadClient> maker) {
        this.maker = maker;
    }

    public LoadClient client() {
        return maker.get();
    }
}
