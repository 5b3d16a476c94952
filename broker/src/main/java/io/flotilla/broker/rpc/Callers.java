package io.flotilla.broker.rpc;

import io.flotilla.model.call.CallContext;
import io.flotilla.model.time.Clock;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;

/** Tells the methods of a generated service who calls. Any thread. */
final class Callers implements ServerInterceptor {
    private static final Context.Key<CallContext> CALLER = Context.key("flotilla-caller");

    private final String listener;
    private final Clock clock;

    Callers(String listener, Clock clock) {
        this.listener = listener;
        this.clock = clock;
    }

    /** The caller of the call in whose context this runs. */
    static CallContext current() {
        return CALLER.get();
    }

    ServerServiceDefinition known(BindableService service) {
        return ServerInterceptors.intercept(service, this);
    }

    @Override
    public <Q, P> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, P> call, Metadata headers, ServerCallHandler<Q, P> next) {
        CallContext caller = CallContexts.of(headers, listener, clock.nanos());
        return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
    }
}
