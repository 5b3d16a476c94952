package io.flotilla.broker.rpc;

import com.google.common.util.concurrent.ListenableFuture;
import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.registration.CallFailure;
import io.flotilla.broker.registration.GrpcControllerClient;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.ErrorKind;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.time.Clock;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc.ControllerServiceFutureStub;
import io.flotilla.proto.internal.v1.QuorumServiceGrpc;
import io.flotilla.proto.internal.v1.QuorumServiceGrpc.QuorumServiceFutureStub;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Carries clients' calls to the active controller, wherever it moves, until one attempt is answered or the caller's
 * time is over. Only calls that may be repeated: idempotent ones, or ones with a request id. Any thread calls; the
 * attempts are on the loop.
 */
public final class ForwardedCalls {
    private static final long MS = 1_000_000L;
    /** For callers that name no deadline. */
    private static final long PATIENCE_NANOS = 30_000 * MS;
    /** A controller that does not answer for this long may be frozen, and another active by now. */
    private static final long ATTEMPT_MS_MAX = 3_000;

    private final ControlLoop loop;
    private final Clock clock;
    private final GrpcControllerClient controller;

    public ForwardedCalls(ControlLoop loop, Clock clock, GrpcControllerClient controller) {
        this.loop = loop;
        this.clock = clock;
        this.controller = controller;
    }

    /**
     * Makes the call until it is answered.
     *
     * @param caller for how long, 30 s without a deadline
     * @return fails with a {@link io.flotilla.model.error.FlotillaException}: the controller's refusal, or
     *     REQUEST_TIMED_OUT, UNKNOWN if any attempt may have been applied
     */
    <P> CompletionStage<P> forward(
            CallContext caller, Function<ControllerServiceFutureStub, ListenableFuture<P>> call) {
        return carry(
                caller,
                timeoutMs -> controller.attempt(timeoutMs, call, response -> Optional.empty(), response -> response));
    }

    /** As {@link #forward}, to the quorum's own service. */
    <P> CompletionStage<P> forwardToQuorum(
            CallContext caller, Function<QuorumServiceFutureStub, ListenableFuture<P>> call) {
        return carry(
                caller,
                timeoutMs -> controller.attemptOn(
                        channel -> call.apply(QuorumServiceGrpc.newFutureStub(channel)
                                .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)),
                        response -> Optional.empty(),
                        response -> response));
    }

    private <P> CompletionStage<P> carry(CallContext caller, LongFunction<CompletionStage<P>> attempt) {
        long untilNanos =
                caller.deadlineNanos() == Long.MAX_VALUE ? clock.nanos() + PATIENCE_NANOS : caller.deadlineNanos();
        Forwarded<P> forwarded = new Forwarded<>(attempt, untilNanos);
        loop.execute(forwarded::attempt);
        return forwarded.answer;
    }

    /** One call on its way. On the loop. */
    private final class Forwarded<P> {
        private final CompletableFuture<P> answer = new CompletableFuture<>();
        /** Makes one attempt that lasts at most so many milliseconds. */
        private final LongFunction<CompletionStage<P>> call;

        private final long untilNanos;
        private Backoff backoff = Backoff.fast();
        private boolean mayBeApplied;
        private String lastFailure = "nothing was tried";

        Forwarded(LongFunction<CompletionStage<P>> call, long untilNanos) {
            this.call = call;
            this.untilNanos = untilNanos;
        }

        void attempt() {
            long leftMs = (untilNanos - clock.nanos()) / MS;
            if (leftMs <= 0) {
                answer.completeExceptionally(tooLate().exception());
                return;
            }
            call.apply(Math.min(leftMs, ATTEMPT_MS_MAX)).whenComplete((response, failure) -> {
                if (failure == null) {
                    answer.complete(response);
                } else {
                    loop.execute(() -> failed(CallFailure.error(failure)));
                }
            });
        }

        private void failed(FlotillaError error) {
            mayBeApplied |= error.outcome() == Outcome.UNKNOWN;
            lastFailure = error.message();
            ErrorKind kind = error.code().kind();
            if (kind != ErrorKind.UNAVAILABLE && kind != ErrorKind.RESOURCE_EXHAUSTED) {
                answer.completeExceptionally(error.exception());
                return;
            }
            long waitNanos = Math.min(backoff.waitNanos(), Math.max(0, untilNanos - clock.nanos()));
            backoff = backoff.afterFailure();
            loop.after(waitNanos, this::attempt);
        }

        private FlotillaError tooLate() {
            String message = "no active controller answered in time; the last attempt: " + lastFailure;
            return mayBeApplied
                    ? FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, message)
                    : FlotillaError.notApplied(ErrorCode.REQUEST_TIMED_OUT, message);
        }
    }
}
