package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;
import io.flotilla.proto.internal.v1.LogDirReport;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.RegisterBrokerResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A broker process as the controller sees it, over gRPC. */
final class TestBroker {
    final int id;
    final List<HeartbeatResponse> answers = new ArrayList<>();
    private final ControllerNode controller;
    private final IncarnationId incarnation;
    private long epoch;
    private boolean ended;
    private ClientCallStreamObserver<HeartbeatRequest> stream;

    TestBroker(ControllerNode controller, int id, long run) {
        this.controller = controller;
        this.id = id;
        this.incarnation = new IncarnationId(new UUID(id, run));
    }

    static ByteString incarnation(int id, long run) {
        return Ids.bytes(new IncarnationId(new UUID(id, run)));
    }

    /** A broker in service. */
    static TestBroker serving(ControllerNode controller, int id) {
        TestBroker broker = new TestBroker(controller, id, 1).register().connect();
        broker.beat();
        assertThat(controller.broker(id).eligible()).isTrue();
        return broker;
    }

    TestBroker register() {
        RegisterBrokerResponse response =
                controller.calls().registerBroker(registration().build());
        assertThat(response.hasError()).as("%s", response).isFalse();
        epoch = response.getBrokerEpoch();
        return this;
    }

    RegisterBrokerRequest.Builder registration() {
        return RegisterBrokerRequest.newBuilder()
                .setBrokerId(id)
                .setIncarnation(Ids.bytes(incarnation))
                .setFeatureLevelMin(1)
                .setFeatureLevelMax(FeatureRange.CURRENT.max())
                .putListeners("CLIENT", "127.0.0.1:" + (9000 + id))
                .putListeners("INTERNAL", "127.0.0.1:" + (9500 + id))
                .addLogDirs(LogDirReport.newBuilder()
                        .setDirectoryId(Ids.bytes(new DirectoryId(new UUID(id, 0))))
                        .addIncarnations(Ids.bytes(new IncarnationId(new UUID(id, 1))))
                        .addIncarnations(Ids.bytes(incarnation)));
    }

    TestBroker connect() {
        controller.streams().heartbeat(new ClientResponseObserver<HeartbeatRequest, HeartbeatResponse>() {
            @Override
            public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> requests) {
                stream = requests;
            }

            @Override
            public void onNext(HeartbeatResponse answer) {
                answers.add(answer);
            }

            @Override
            public void onError(Throwable failure) {
                ended = true;
            }

            @Override
            public void onCompleted() {
                ended = true;
            }
        });
        ended = false;
        return this;
    }

    long epoch() {
        return epoch;
    }

    boolean ended() {
        return ended;
    }

    /** Says that all is well and everything is applied. */
    HeartbeatResponse beat() {
        return send(state());
    }

    HeartbeatRequest.Builder state() {
        return HeartbeatRequest.newBuilder()
                .setBrokerId(id)
                .setBrokerEpoch(epoch)
                .setAppliedRevision(controller.image().revision())
                .setWantUnfenced(true)
                .setRecoveryReported(true);
    }

    HeartbeatResponse send(HeartbeatRequest.Builder state) {
        int before = answers.size();
        stream.onNext(state.build());
        assertThat(answers).hasSizeGreaterThan(before);
        return answers.get(answers.size() - 1);
    }

    HeartbeatResponse lastAnswer() {
        return answers.get(answers.size() - 1);
    }

    /** The process dies: its connections are reset. */
    void die() {
        stream.cancel("the process is gone", null);
    }
}
