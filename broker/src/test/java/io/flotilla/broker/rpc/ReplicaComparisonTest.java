package io.flotilla.broker.rpc;

import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.node;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static io.flotilla.broker.rpc.AdminServiceTest.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.MetadataStage;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.registration.ActiveController;
import io.flotilla.broker.registration.GrpcControllerClient;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.DigestReplicaRequest;
import io.flotilla.proto.internal.v1.DigestReplicaResponse;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.ReplicaDigest;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicaComparisonTest {
    private final MetadataImage image =
            change(threeBrokers(), orders(led(1, 0, 0), led(2, 0, 0))).after();
    private final SimulatedLoop loop = new SimulatedLoop();
    private final Map<Integer, Replica> replicas = new TreeMap<>();
    private final GrpcChannels channels = new GrpcChannels(endpoint -> replicas.entrySet().stream()
            .filter(replica -> node(replica.getKey()).equals(endpoint))
            .map(replica -> InProcessChannelBuilder.forName(
                            replica.getValue().host.name())
                    .directExecutor()
                    .build())
            .findFirst()
            .orElseGet(() -> InProcessChannelBuilder.forName("nobody").build()));
    private final InProcessBroker broker = new InProcessBroker(new AdminService(
                    new AdminService.Ports(
                            new ForwardedCalls(
                                    loop,
                                    loop,
                                    new GrpcControllerClient(
                                            channels, new ActiveController(List.of(node(1))), 1, 1_000)),
                            new RevisionWait(new MetadataStage(loop).applied(), loop, loop),
                            new AdminService.Peers(
                                    new ReplicaComparison(channels, () -> image, loop),
                                    new RecordDeletion(channels, () -> image, loop),
                                    new LogDirQuery(channels, () -> image, loop)),
                            new OwnConfigs(1, List.of(), List.of())),
                    "CLIENT",
                    loop)
            .definition());
    private final AdminServiceGrpc.AdminServiceFutureStub admin = AdminServiceGrpc.newFutureStub(broker.channel());

    /** A replica whose digest is its range and a flavour. */
    private static final class Replica extends ReplicationServiceGrpc.ReplicationServiceImplBase {
        final InProcessBroker host = new InProcessBroker(bindService());
        final List<DigestReplicaRequest> asked = new ArrayList<>();
        final long start;
        final long end;
        String flavour = "same";
        FlotillaError error;

        Replica(long start, long end) {
            this.start = start;
            this.end = end;
        }

        @Override
        public void digestReplica(DigestReplicaRequest request, StreamObserver<DigestReplicaResponse> response) {
            asked.add(request);
            if (error != null) {
                response.onError(StatusErrors.toStatus(error));
                return;
            }
            long from = request.getStartOffset() < 0 ? start : request.getStartOffset();
            long to = request.getEndOffset() < 0 ? end : request.getEndOffset();
            response.onNext(DigestReplicaResponse.newBuilder()
                    .setStartOffset(from)
                    .setEndOffset(to)
                    .setSha256(ByteString.copyFromUtf8(from + ".." + to + flavour))
                    .build());
            response.onCompleted();
        }
    }

    @AfterEach
    void close() {
        replicas.values().forEach(replica -> replica.host.close());
        channels.close();
        broker.close();
    }

    @Test
    void replicasThatStandAlikeAreReadOnce() throws Exception {
        replicas(new Replica(0, 90), new Replica(0, 90), new Replica(0, 90));

        VerifyReplicasResponse response = verify(0).get();

        assertThat(response.getDigestsList())
                .extracting(ReplicaDigest::getBrokerId)
                .containsExactly(1, 2, 3);
        assertThat(response.getDigestsList())
                .extracting(digest -> digest.getSha256().toStringUtf8())
                .containsOnly("0..90same");
        assertThat(replicas.get(1).asked).singleElement().satisfies(request -> {
            assertThat(request.getClusterId()).isEqualTo("c1");
            assertThat(request.getStartOffset()).isEqualTo(-1);
        });
    }

    @Test
    void whatDiffersInReachIsComparedOverWhatIsCommon() throws Exception {
        replicas(new Replica(5, 90), new Replica(0, 80), new Replica(0, 90));
        replicas.get(3).flavour = "spoilt";

        VerifyReplicasResponse response = verify(0).get();

        assertThat(response.getDigestsList())
                .extracting(digest -> digest.getSha256().toStringUtf8())
                .containsExactly("5..80same", "5..80same", "5..80spoilt");
    }

    @Test
    void aReplicaThatCannotBeReadSaysWhyAndTheOthersAreCompared() throws Exception {
        replicas(new Replica(0, 90), new Replica(0, 90), new Replica(0, 90));
        replicas.get(2).error = FlotillaError.notApplied(ErrorCode.KAFKA_STORAGE_ERROR, "bad sector");
        replicas.remove(3).host.close();

        VerifyReplicasResponse response = verify(0).get();

        assertThat(response.getDigests(0).getEndOffset()).isEqualTo(90);
        assertThat(Errors.ofMessage(response.getDigests(1).getError())).isEqualTo(replicas.get(2).error);
        assertThat(response.getDigests(2).getError().getReason()).isEqualTo("REQUEST_TIMED_OUT");
    }

    @Test
    void withoutANumberAllPartitionsAreCompared() throws Exception {
        replicas(new Replica(0, 90), new Replica(0, 90), new Replica(0, 90));

        assertThat(verify().get().getDigestsList())
                .extracting(ReplicaDigest::getPartition)
                .containsExactly(0, 0, 0, 1, 1, 1);
    }

    @Test
    void whatDoesNotExistIsRefused() {
        assertThat(failure(verify(2)).message()).isEqualTo("topic orders has partitions 0 to 1, not 2");
        ListenableFuture<?> absent = admin.verifyReplicas(
                VerifyReplicasRequest.newBuilder().setTopic("absent").build());
        assertThat(failure(absent).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private void replicas(Replica... inOrder) {
        for (int i = 0; i < inOrder.length; i++) {
            replicas.put(i + 1, inOrder[i]);
        }
    }

    private ListenableFuture<VerifyReplicasResponse> verify(Integer... partitions) {
        return admin.verifyReplicas(VerifyReplicasRequest.newBuilder()
                .setTopic("orders")
                .addAllPartitions(List.of(partitions))
                .build());
    }
}
