package io.flotilla.client.internal.group;

import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Knows who coordinates the group, and asks brokers in turn when it does not. Owned by the client's loop. */
public final class CoordinatorSearch {
    private static final long ATTEMPT_TIMEOUT_MS = 2_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final String group;
    private final GroupTransport transport;
    private final Supplier<List<Endpoint>> brokers;
    private final Backoff backoff;
    private @Nullable Endpoint found;
    /** The one that was given up last; it is asked only when there is no other. */
    private @Nullable Endpoint doubted;

    private boolean wanted;
    private boolean asking;
    private int turn;
    /** A pause that begins at the next advance, nanoseconds: callbacks do not know the time. */
    private long pauseNanos;

    private long notBeforeNanos = Long.MIN_VALUE;
    /** Why nobody will ever answer the question, for those who wait in this pass of the loop. */
    private @Nullable FlotillaError refusal;

    private FlotillaError last =
            FlotillaError.notApplied(ErrorCode.COORDINATOR_NOT_AVAILABLE, "no broker was asked yet");

    /** @param brokers all that are known, in the order of preference; never empty */
    public CoordinatorSearch(
            GroupSettings settings,
            GroupTransport transport,
            Supplier<List<Endpoint>> brokers,
            RandomGenerator random) {
        this.group = settings.group();
        this.transport = transport;
        this.brokers = brokers;
        this.backoff = new Backoff(settings.pauses(), random);
        this.turn = random.nextInt(Short.MAX_VALUE);
    }

    /** The coordinator, or null while it is not known: then it is searched for. */
    @Nullable
    Endpoint want() {
        wanted |= found == null;
        return found;
    }

    /** Why the coordinator is not known. */
    FlotillaError last() {
        return last;
    }

    /** Why asking again would be in vain, null while it is not. Lasts until {@link #advance}. */
    @Nullable
    FlotillaError refusal() {
        return refusal;
    }

    /** Gives up a coordinator that does not answer, or says that it is none. */
    void doubt(Endpoint coordinator, FlotillaError why) {
        if (!coordinator.equals(found)) {
            return;
        }
        last = why;
        found = null;
        doubted = coordinator;
        why.leader().map(LeaderHint::endpoint).filter(hint -> !hint.isEmpty()).ifPresent(this::take);
    }

    private void take(String hint) {
        try {
            found = Endpoint.parse(hint);
        } catch (IllegalArgumentException e) {
            last = FlotillaError.notApplied(
                    ErrorCode.COORDINATOR_NOT_AVAILABLE, "a broker named '" + hint + "' as the coordinator");
        }
    }

    /** Asks when that is due; answers nanoseconds until it will be. */
    long advance(long now) {
        refusal = null;
        if (!wanted || asking) {
            return NEVER;
        }
        if (pauseNanos > 0) {
            notBeforeNanos = now + pauseNanos;
            pauseNanos = 0;
        }
        if (now < notBeforeNanos) {
            return notBeforeNanos - now;
        }
        asking = true;
        transport.findCoordinator(next(), group, ATTEMPT_TIMEOUT_MS, new GroupTransport.AnswerListener<>() {
            @Override
            public void answered(Endpoint coordinator) {
                asking = false;
                wanted = false;
                found = coordinator;
                backoff.reset();
            }

            @Override
            public void failed(FlotillaError error) {
                asking = false;
                last = error;
                if (!error.code().retriable() && error.code() != ErrorCode.UNKNOWN_SERVER_ERROR) {
                    refusal = error;
                    wanted = false;
                }
                pauseNanos =
                        Math.max(1, Math.max(backoff.nextNanos(), TimeUnit.MILLISECONDS.toNanos(error.retryAfterMs())));
            }
        });
        return NEVER;
    }

    private Endpoint next() {
        List<Endpoint> candidates = new ArrayList<>(new LinkedHashSet<>(brokers.get()));
        if (candidates.size() > 1 && doubted != null) {
            candidates.remove(doubted);
        }
        return candidates.get(Math.floorMod(turn++, candidates.size()));
    }
}
