package io.flotilla.chaos.fault;

import io.flotilla.chaos.fault.Target.Victim;
import io.flotilla.model.error.FlotillaException;
import java.util.function.Supplier;

/** Asks whom to hit until there is somebody, some times. For one thread. */
final class VictimSearch {
    static final int ATTEMPTS_MAX = 10;

    private final Supplier<Victim> target;
    private final Pause pause;

    /** @param target its victim has no node while nobody has the role */
    VictimSearch(Supplier<Victim> target, Pause pause) {
        this.target = target;
        this.pause = pause;
    }

    /** What is done between two attempts. */
    interface Pause {
        void take() throws InterruptedException;
    }

    /** @throws IllegalStateException with what was found last, when that is never a node */
    Victim find() throws InterruptedException {
        String last = "";
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            try {
                Victim victim = target.get();
                if (victim.node() > 0) {
                    return victim;
                }
                last = "node " + victim.node() + ", " + victim.role();
            } catch (FlotillaException e) {
                last = e.error().toString();
            }
            if (attempt < ATTEMPTS_MAX) {
                pause.take();
            }
        }
        throw new IllegalStateException(
                "there is nobody to kill, asked " + ATTEMPTS_MAX + " times; the last answer: " + last);
    }
}
