package io.flotilla.broker.registration;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.AlterPartitionResponse;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc.ControllerServiceFutureStub;
import io.flotilla.proto.internal.v1.PartitionProposalResult;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The active controller over gRPC: one attempt at the node that is believed to be active, and what its failure says
 * about that belief. Any thread; the channels belong to the wiring.
 */
public final class GrpcControllerClient implements ControllerClient {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcControllerClient.class);

    private final GrpcChannels channels;
    private final ActiveController active;
    private final int brokerId;
    private final long timeoutMs;

    /** @param timeoutMs longest wait for the answer to one attempt of the broker's own calls, milliseconds */
    public GrpcControllerClient(GrpcChannels channels, ActiveController active, int brokerId, long timeoutMs) {
        this.channels = channels;
        this.active = active;
        this.brokerId = brokerId;
        this.timeoutMs = timeoutMs;
    }

    @Override
    public CompletionStage<Registered> register(Registration registration) {
        return attempt(
                timeoutMs,
                stub -> stub.registerBroker(GrpcControllerMessages.registration(registration)),
                response -> response.hasError() ? Optional.of(response.getError()) : Optional.empty(),
                response -> new Registered(response.getBrokerEpoch(), response.getRevision()));
    }

    @Override
    public CompletionStage<List<Optional<FlotillaError>>> propose(long brokerEpoch, List<Proposal> proposals) {
        return attempt(
                timeoutMs,
                stub -> stub.alterPartition(GrpcControllerMessages.proposals(brokerId, brokerEpoch, proposals)),
                response -> response.hasError() ? Optional.of(response.getError()) : Optional.empty(),
                GrpcControllerClient::verdicts);
    }

    private static List<Optional<FlotillaError>> verdicts(AlterPartitionResponse response) {
        List<Optional<FlotillaError>> verdicts = new ArrayList<>();
        for (PartitionProposalResult result : response.getResultsList()) {
            verdicts.add(result.hasError() ? Optional.of(Errors.ofMessage(result.getError())) : Optional.empty());
        }
        return verdicts;
    }

    @Override
    public CompletionStage<ProducerIdBlock> allocateProducerIds(long brokerEpoch) {
        return attempt(
                timeoutMs,
                stub -> stub.allocateProducerIds(AllocateProducerIdsRequest.newBuilder()
                        .setBrokerId(brokerId)
                        .setBrokerEpoch(brokerEpoch)
                        .build()),
                response -> response.hasError() ? Optional.of(response.getError()) : Optional.empty(),
                response -> new ProducerIdBlock(response.getFirstProducerId(), response.getCount()));
    }

    /**
     * One attempt of a call at the controller.
     *
     * @param timeoutMs longest wait for the answer, milliseconds
     * @param call makes the call
     * @param refusal the error that an answer carries for the call as a whole
     * @param result what a good answer means
     */
    public <P, R> CompletionStage<R> attempt(
            long timeoutMs,
            Function<ControllerServiceFutureStub, ListenableFuture<P>> call,
            Function<P, Optional<io.flotilla.proto.v1.Error>> refusal,
            Function<P, R> result) {
        return attemptOn(
                channel -> call.apply(ControllerServiceGrpc.newFutureStub(channel)
                        .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)),
                refusal,
                result);
    }

    /** As {@link #attempt}, for any service of the controllers. */
    public <P, R> CompletionStage<R> attemptOn(
            Function<Channel, ListenableFuture<P>> call,
            Function<P, Optional<io.flotilla.proto.v1.Error>> refusal,
            Function<P, R> result) {
        Endpoint node = active.endpoint();
        CompletableFuture<R> future = new CompletableFuture<>();
        completing(future, node, () -> {
            ManagedChannel channel = channels.to(node);
            Futures.addCallback(
                    call.apply(channel),
                    new FutureCallback<>() {
                        @Override
                        public void onSuccess(@Nullable P message) {
                            completing(future, node, () -> {
                                P response = Objects.requireNonNull(message, "a call without an answer");
                                Optional<FlotillaError> error =
                                        refusal.apply(response).map(Errors::ofMessage);
                                if (error.isPresent()) {
                                    learn(node, error.get());
                                    future.completeExceptionally(error.get().exception());
                                } else {
                                    future.complete(result.apply(response));
                                }
                            });
                        }

                        @Override
                        public void onFailure(Throwable failure) {
                            completing(
                                    future,
                                    node,
                                    () -> future.completeExceptionally(
                                            failed(node, channel, failure).exception()));
                        }
                    },
                    MoreExecutors.directExecutor());
        });
        return future;
    }

    /**
     * Runs a step of a call; what it throws fails the call. Whoever waits must hear: gRPC would only log it, and the
     * caller would never try again. Whether the controller acted is then unknown.
     */
    private void completing(CompletableFuture<?> call, Endpoint node, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("a call to the controller at {} broke; it is tried again at another node", node, e);
            active.isNotAt(node);
            call.completeExceptionally(FlotillaError.unknown(
                            ErrorCode.UNKNOWN_SERVER_ERROR, "the call to the controller at " + node + " broke: " + e)
                    .exception());
        }
    }

    @Override
    public HeartbeatStream openHeartbeats(HeartbeatSink sink) {
        Endpoint node = active.endpoint();
        ManagedChannel channel = channels.to(node);
        GrpcHeartbeatStream stream = new GrpcHeartbeatStream(node, brokerId, sink, new GrpcHeartbeatStream.Trouble() {
            @Override
            public FlotillaError onFailure(Throwable failure) {
                return failed(node, channel, failure);
            }

            @Override
            public void onRefusal(FlotillaError error) {
                learn(node, error);
            }

            @Override
            public void onSilence() {
                active.isNotAt(node);
            }
        });
        stream.startOn(ControllerServiceGrpc.newStub(channel));
        return stream;
    }

    @Override
    public void activeControllerIs(Endpoint controller) {
        active.isAt(controller);
    }

    private FlotillaError failed(Endpoint node, ManagedChannel channel, Throwable failure) {
        channels.failed(node, channel, failure);
        FlotillaError error = StatusErrors.ofFailure(failure);
        learn(node, error);
        return error;
    }

    private void learn(Endpoint node, FlotillaError error) {
        if (error.code() == ErrorCode.NOT_CONTROLLER) {
            hint(node, error).ifPresentOrElse(active::isAt, () -> active.isNotAt(node));
        } else if (error.code() == ErrorCode.REQUEST_TIMED_OUT) {
            active.isNotAt(node);
        }
    }

    /** The other node that the error names, if it can be read. */
    private static Optional<Endpoint> hint(Endpoint node, FlotillaError error) {
        try {
            return error.leader()
                    .filter(hint -> !hint.endpoint().isEmpty())
                    .map(hint -> Endpoint.parse(hint.endpoint()))
                    .filter(named -> !named.equals(node));
        } catch (IllegalArgumentException e) {
            LOG.warn("{} names the active controller in words that are no HOST:PORT: {}", node, error);
            return Optional.empty();
        }
    }
}
