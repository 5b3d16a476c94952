package io.flotilla.client.internal.rpc;

import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.AlterConfigsRequest;
import io.flotilla.proto.v1.AlterConfigsResponse;
import io.flotilla.proto.v1.AlterPartitionReassignmentsRequest;
import io.flotilla.proto.v1.AlterPartitionReassignmentsResponse;
import io.flotilla.proto.v1.Broker;
import io.flotilla.proto.v1.CreatePartitionsRequest;
import io.flotilla.proto.v1.CreatePartitionsResponse;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteRecordsRequest;
import io.flotilla.proto.v1.DeleteRecordsResponse;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import io.flotilla.proto.v1.DescribeConfigsRequest;
import io.flotilla.proto.v1.DescribeConfigsResponse;
import io.flotilla.proto.v1.DescribeFeaturesRequest;
import io.flotilla.proto.v1.DescribeFeaturesResponse;
import io.flotilla.proto.v1.DescribeLogDirsRequest;
import io.flotilla.proto.v1.DescribeLogDirsResponse;
import io.flotilla.proto.v1.DescribeQuorumRequest;
import io.flotilla.proto.v1.DescribeQuorumResponse;
import io.flotilla.proto.v1.ElectLeadersRequest;
import io.flotilla.proto.v1.ElectLeadersResponse;
import io.flotilla.proto.v1.ExplainPartitionRequest;
import io.flotilla.proto.v1.ExplainPartitionResponse;
import io.flotilla.proto.v1.ListPartitionReassignmentsRequest;
import io.flotilla.proto.v1.ListPartitionReassignmentsResponse;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.MetadataServiceDescribeResponse;
import io.flotilla.proto.v1.MetadataServiceGrpc;
import io.flotilla.proto.v1.UpdateFeaturesRequest;
import io.flotilla.proto.v1.UpdateFeaturesResponse;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Administrative calls on the caller's thread, to whichever broker answers, repeated until one does or time is up. All
 * of them are safe to repeat. Safe for any thread.
 */
public final class AdminCalls {
    private final ChannelPool channels;
    private final List<Endpoint> bootstrap;
    private final Patience patience;
    private final Clock clock;
    private final RandomGenerator random;
    private volatile List<Endpoint> brokers;

    /**
     * How long calls may take.
     *
     * @param callMs with all attempts
     * @param attemptMs one attempt
     * @param pauses between attempts
     */
    public record Patience(long callMs, long attemptMs, Backoff.Limits pauses) {}

    public AdminCalls(
            ChannelPool channels, List<Endpoint> bootstrap, Patience patience, Clock clock, RandomGenerator random) {
        this.channels = channels;
        this.bootstrap = List.copyOf(bootstrap);
        this.patience = patience;
        this.clock = clock;
        this.random = random;
        this.brokers = this.bootstrap;
    }

    public CreateTopicsResponse createTopics(CreateTopicsRequest request) {
        return call(AdminServiceGrpc.getCreateTopicsMethod(), request);
    }

    public DeleteTopicsResponse deleteTopics(DeleteTopicsRequest request) {
        return call(AdminServiceGrpc.getDeleteTopicsMethod(), request);
    }

    public VerifyReplicasResponse verifyReplicas(VerifyReplicasRequest request) {
        return call(AdminServiceGrpc.getVerifyReplicasMethod(), request);
    }

    public DeleteRecordsResponse deleteRecords(DeleteRecordsRequest request) {
        return call(AdminServiceGrpc.getDeleteRecordsMethod(), request);
    }

    public DescribeLogDirsResponse describeLogDirs(DescribeLogDirsRequest request) {
        return call(AdminServiceGrpc.getDescribeLogDirsMethod(), request);
    }

    public DescribeQuorumResponse describeQuorum() {
        return call(MetadataServiceGrpc.getDescribeQuorumMethod(), DescribeQuorumRequest.getDefaultInstance());
    }

    /** Describes, and remembers the brokers for later calls. */
    public MetadataServiceDescribeResponse describe(MetadataServiceDescribeRequest request) {
        MetadataServiceDescribeResponse answer = call(MetadataServiceGrpc.getDescribeMethod(), request);
        Set<Endpoint> known = new LinkedHashSet<>(brokers.subList(0, 1));
        for (Broker broker : answer.getBrokersList()) {
            if (!broker.getFenced() && !broker.getEndpoint().isEmpty()) {
                known.add(Endpoint.parse(broker.getEndpoint()));
            }
        }
        known.addAll(bootstrap);
        brokers = List.copyOf(known);
        return answer;
    }

    public ElectLeadersResponse electLeaders(ElectLeadersRequest request) {
        return call(AdminServiceGrpc.getElectLeadersMethod(), request);
    }

    public AlterConfigsResponse alterConfigs(AlterConfigsRequest request) {
        return call(AdminServiceGrpc.getAlterConfigsMethod(), request);
    }

    public DescribeConfigsResponse describeConfigs(DescribeConfigsRequest request) {
        return call(AdminServiceGrpc.getDescribeConfigsMethod(), request);
    }

    /** Asks this broker and no other. */
    public DescribeConfigsResponse describeConfigs(Endpoint broker, DescribeConfigsRequest request) {
        return call(AdminServiceGrpc.getDescribeConfigsMethod(), request, Optional.of(broker));
    }

    public CreatePartitionsResponse createPartitions(CreatePartitionsRequest request) {
        return call(AdminServiceGrpc.getCreatePartitionsMethod(), request);
    }

    public AlterPartitionReassignmentsResponse alterReassignments(AlterPartitionReassignmentsRequest request) {
        return call(AdminServiceGrpc.getAlterPartitionReassignmentsMethod(), request);
    }

    public ListPartitionReassignmentsResponse listReassignments(ListPartitionReassignmentsRequest request) {
        return call(AdminServiceGrpc.getListPartitionReassignmentsMethod(), request);
    }

    public ExplainPartitionResponse explainPartition(ExplainPartitionRequest request) {
        return call(AdminServiceGrpc.getExplainPartitionMethod(), request);
    }

    public DescribeFeaturesResponse describeFeatures(DescribeFeaturesRequest request) {
        return call(AdminServiceGrpc.getDescribeFeaturesMethod(), request);
    }

    public UpdateFeaturesResponse updateFeatures(UpdateFeaturesRequest request) {
        return call(AdminServiceGrpc.getUpdateFeaturesMethod(), request);
    }

    /** Makes one call, which must be safe to repeat. */
    <Q, A> A call(MethodDescriptor<Q, A> method, Q request) {
        return call(method, request, Optional.empty());
    }

    private <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Optional<Endpoint> only) {
        long deadline = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(patience.callMs());
        Backoff backoff = new Backoff(patience.pauses(), random);
        while (true) {
            Endpoint broker = only.orElseGet(() -> brokers.get(0));
            long leftMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - clock.nanos()));
            FlotillaError error;
            try {
                CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(
                        Math.min(leftMs, patience.attemptMs()), TimeUnit.MILLISECONDS);
                return ClientCalls.blockingUnaryCall(channels.to(broker), method, options, request);
            } catch (StatusRuntimeException e) {
                error = StatusErrors.ofFailure(e);
                channels.discardUnlessReady(broker);
            }
            if (!error.code().retriable()) {
                throw error.exception();
            }
            if (only.isEmpty()) {
                putLast(broker);
            }
            long pauseNanos = Math.max(backoff.nextNanos(), TimeUnit.MILLISECONDS.toNanos(error.retryAfterMs()));
            if (clock.nanos() + pauseNanos - deadline >= 0) {
                throw tired(method, error);
            }
            pause(pauseNanos);
        }
    }

    private void putLast(Endpoint failed) {
        List<Endpoint> rotated = new ArrayList<>(brokers);
        rotated.remove(failed);
        rotated.add(failed);
        brokers = List.copyOf(rotated);
    }

    private FlotillaException tired(MethodDescriptor<?, ?> method, FlotillaError last) {
        return new FlotillaError(
                        last.code(),
                        method.getBareMethodName() + " did not succeed within default.api.timeout.ms "
                                + patience.callMs() + "; the last attempt ended with: " + last.message(),
                        last.outcome(),
                        last.leader(),
                        last.retryAfterMs())
                .exception();
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "interrupted between attempts")
                    .exception();
        }
    }
}
