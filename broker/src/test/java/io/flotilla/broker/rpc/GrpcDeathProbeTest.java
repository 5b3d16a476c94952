package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.metadata.Cluster;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ProbeServiceGrpc;
import io.flotilla.proto.internal.v1.WhoAreYouRequest;
import io.flotilla.proto.internal.v1.WhoAreYouResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GrpcDeathProbeTest {
    private static final int SUSPECT = 2;
    private static final long EPOCH = 7;
    private static final long PATIENT_MS = 25_000;
    private static final long IMPATIENT_MS = 200;
    private static final int PROBES_MAX = 13;

    private final SimulatedLoop loop = new SimulatedLoop();
    private final List<ManagedChannel> opened = new CopyOnWriteArrayList<>();
    private final AtomicInteger proofs = new AtomicInteger();
    private MetadataImage image = MetadataImage.EMPTY;

    @Test
    void twoRefusalsProveDeath() throws IOException {
        suspectAt(closedPort());
        probe(EPOCH, PATIENT_MS);
        probesEnd(1);
        assertThat(proofs).hasValue(0);
        loop.pass(50);
        probesEnd(2);
        assertThat(proofs).hasValue(1);
    }

    @Test
    void answersOfTheSameRunProveNothing() throws IOException {
        Server server = answering(Cluster.run(EPOCH));
        suspectAt(server.getPort());
        probe(EPOCH, PATIENT_MS);
        for (int probes = 1; probes <= PROBES_MAX; probes++) {
            probesEnd(probes);
            loop.pass(250);
        }
        assertThat(opened).hasSize(PROBES_MAX);
        assertThat(proofs).hasValue(0);
        server.shutdownNow();
    }

    @Test
    void aProcessThatEndsAfterItsStreamIsProvenDead() throws IOException {
        Server server = answering(Cluster.run(EPOCH));
        suspectAt(server.getPort());
        probe(EPOCH, PATIENT_MS);
        probesEnd(1);
        server.shutdownNow();
        Await.until("the server ends", server::isTerminated);
        loop.pass(250);
        probesEnd(2);
        loop.pass(50);
        probesEnd(3);
        assertThat(proofs).hasValue(1);
    }

    @Test
    void answersOfAnotherRunProveDeath() throws IOException {
        Server server = answering(Cluster.run(EPOCH + 1));
        suspectAt(server.getPort());
        probe(EPOCH, PATIENT_MS);
        probesEnd(1);
        loop.pass(50);
        probesEnd(2);
        assertThat(proofs).hasValue(1);
        server.shutdownNow();
    }

    @Test
    void silenceProvesNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            suspectAt(silent.getLocalPort());
            probe(EPOCH, IMPATIENT_MS);
            probesEnd(1);
            loop.pass(250);
            probesEnd(2);
            assertThat(proofs).hasValue(0);
        }
    }

    @Test
    void aRunThatIsNoLongerRegisteredIsNotProbed() throws IOException {
        suspectAt(closedPort());
        probe(EPOCH - 1, PATIENT_MS);
        assertThat(opened).isEmpty();
    }

    private void probe(long epoch, long timeoutMs) {
        new GrpcDeathProbe(this::channel, () -> image, loop, timeoutMs).probe(SUSPECT, epoch, proofs::incrementAndGet);
    }

    /** Each probe shuts its channel down when it has its answer. */
    private void probesEnd(int count) {
        Await.until(
                "probe " + count,
                () -> opened.size() == count && opened.get(count - 1).isTerminated());
    }

    private ManagedChannel channel(Endpoint endpoint) {
        ManagedChannel channel = BrokerNode.channel(endpoint);
        opened.add(channel);
        return channel;
    }

    private void suspectAt(int port) {
        image = Cluster.image(
                1,
                new BrokerSet(new BrokerRegistration(
                        SUSPECT,
                        Cluster.run(EPOCH),
                        EPOCH,
                        Optional.empty(),
                        Map.of(BrokerRegistration.INTERNAL_LISTENER, new Endpoint("127.0.0.1", port)),
                        FeatureRange.CURRENT,
                        List.of(),
                        false,
                        false)));
    }

    private static Server answering(IncarnationId run) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new ProbeServiceGrpc.ProbeServiceImplBase() {
                    @Override
                    public void whoAreYou(WhoAreYouRequest request, StreamObserver<WhoAreYouResponse> reply) {
                        reply.onNext(WhoAreYouResponse.newBuilder()
                                .setBrokerId(SUSPECT)
                                .setIncarnation(Ids.bytes(run))
                                .build());
                        reply.onCompleted();
                    }
                })
                .build()
                .start();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
