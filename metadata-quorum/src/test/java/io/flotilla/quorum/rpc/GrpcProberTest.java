package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ProbeServiceGrpc;
import io.flotilla.proto.internal.v1.WhoAreYouRequest;
import io.flotilla.proto.internal.v1.WhoAreYouResponse;
import io.flotilla.quorum.liveness.ProbeAnswer;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On real sockets, because what a refusal looks like is the network's own business. */
class GrpcProberTest {
    private static final IncarnationId RUN = new IncarnationId(new UUID(1, 1));
    private static final IncarnationId NEXT_RUN = new IncarnationId(new UUID(1, 2));

    /** Patient, because the test's process begins cold. */
    private final Prober prober = new GrpcProber(GrpcProberTest::channel, 60_000);

    @Test
    void theRegisteredRunAnswersForItself() throws Exception {
        Server server = server(RUN);
        try {
            assertThat(probe(server.getPort())).isEqualTo(ProbeAnswer.ALIVE);
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void anotherRunAtTheEndpointIsProof() throws Exception {
        Server server = server(NEXT_RUN);
        try {
            assertThat(probe(server.getPort())).isEqualTo(ProbeAnswer.ANOTHER_INCARNATION);
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void aRefusedConnectionIsProof() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }

        assertThat(probe(port)).isEqualTo(ProbeAnswer.REFUSED);
    }

    @Test
    void silenceProvesNothing() throws Exception {
        try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Prober impatient = new GrpcProber(GrpcProberTest::channel, 50);

            assertThat(answer(impatient, at(frozen.getLocalPort()))).isEqualTo(ProbeAnswer.NO_ANSWER);
        }
    }

    @Test
    void gettingReadyNeedsNobody() throws Exception {
        prober.prepare();

        assertThat(answer(prober, broker(Map.of()))).isEqualTo(ProbeAnswer.NO_ANSWER);
    }

    @Test
    void aResetConnectionProvesNothing() throws Exception {
        try (ServerSocket dying = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread reset = new Thread(() -> {
                try (var connection = dying.accept()) {
                    connection.setSoLinger(true, 0);
                } catch (IOException e) {
                    // The test is over.
                }
            });
            reset.start();

            assertThat(probe(dying.getLocalPort())).isEqualTo(ProbeAnswer.NO_ANSWER);
            reset.join();
        }
    }

    @Test
    void aNameThatDoesNotResolveProvesNothing() throws Exception {
        BrokerRegistration nowhere = broker(Map.of("INTERNAL", new Endpoint("no-such-host.invalid", 9093)));

        assertThat(answer(prober, nowhere)).isEqualTo(ProbeAnswer.NO_ANSWER);
    }

    private static Server server(IncarnationId run) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new ProbeServiceGrpc.ProbeServiceImplBase() {
                    @Override
                    public void whoAreYou(WhoAreYouRequest request, StreamObserver<WhoAreYouResponse> observer) {
                        observer.onNext(WhoAreYouResponse.newBuilder()
                                .setBrokerId(1)
                                .setIncarnation(Ids.bytes(run))
                                .build());
                        observer.onCompleted();
                    }
                })
                .build()
                .start();
    }

    private static ManagedChannel channel(Endpoint endpoint) {
        return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                .usePlaintext()
                .build();
    }

    private ProbeAnswer probe(int port) throws Exception {
        return answer(prober, at(port));
    }

    private static ProbeAnswer answer(Prober prober, BrokerRegistration broker) throws Exception {
        return prober.probe(broker).get(90, TimeUnit.SECONDS);
    }

    private static BrokerRegistration at(int port) {
        return broker(Map.of("INTERNAL", new Endpoint("127.0.0.1", port)));
    }

    private static BrokerRegistration broker(Map<String, Endpoint> listeners) {
        return new BrokerRegistration(
                1, RUN, 5, Optional.empty(), listeners, FeatureRange.CURRENT, List.of(), false, false);
    }
}
