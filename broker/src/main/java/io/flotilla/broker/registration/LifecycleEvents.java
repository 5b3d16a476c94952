package io.flotilla.broker.registration;

import io.flotilla.model.error.FlotillaError;

/** What the process must know of its broker's life; called on the lifecycle's loop. */
@FunctionalInterface
public interface LifecycleEvents {
    /**
     * This run of the broker is over: the controller refuses it for good, or has registered another run of it. The
     * process must stop; nothing that it could still do is of use.
     */
    void onFatal(FlotillaError reason);
}
