package io.flotilla.bench.drive;

import io.flotilla.bench.load.LoadAdmin;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.util.concurrent.locks.LockSupport;

/** Creates a topic on a cluster that may only be starting. */
final class Creation {
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    private Creation() {}

    /** Tries from the first moment on, until the cluster can or patience ends. */
    static void create(LoadAdmin admin, LoadAdmin.Topic topic) {
        Clock clock = new SystemClock();
        long beganNanos = clock.nanos();
        while (true) {
            try {
                admin.createTopic(topic);
                return;
            } catch (RuntimeException e) {
                if (exists(admin, topic)) {
                    return; // made by an attempt whose answer came too late
                }
                if (clock.nanos() - beganNanos > PATIENCE_NANOS) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static boolean exists(LoadAdmin admin, LoadAdmin.Topic topic) {
        try {
            return admin.leaders(topic.name()).size() == topic.partitions();
        } catch (RuntimeException e) {
            return false;
        }
    }
}
