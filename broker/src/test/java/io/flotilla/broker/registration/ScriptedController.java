package io.flotilla.broker.registration;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A controller whose every answer the test gives. */
final class ScriptedController implements ControllerClient {
    final List<Registration> registrations = new ArrayList<>();
    final List<CompletableFuture<Registered>> registrationAnswers = new ArrayList<>();
    final List<List<Proposal>> proposals = new ArrayList<>();
    final List<CompletableFuture<List<Optional<FlotillaError>>>> proposalAnswers = new ArrayList<>();
    final List<CompletableFuture<ProducerIdBlock>> blocks = new ArrayList<>();
    final List<Opened> streams = new ArrayList<>();
    Endpoint active = new Endpoint("node1", 9093);

    /** One heartbeat stream that the broker opened. */
    static final class Opened implements HeartbeatStream {
        final Endpoint node;
        final HeartbeatSink sink;
        final List<Heartbeat> heartbeats = new ArrayList<>();
        boolean closed;
        boolean abandoned;

        Opened(Endpoint node, HeartbeatSink sink) {
            this.node = node;
            this.sink = sink;
        }

        Heartbeat latest() {
            return heartbeats.get(heartbeats.size() - 1);
        }

        void answers(boolean fenced, boolean mayShutDown) {
            sink.onAnswer(new HeartbeatAnswer(fenced, mayShutDown, 0, 0, Optional.empty()));
        }

        void refuses(FlotillaError error) {
            sink.onAnswer(new HeartbeatAnswer(false, false, 0, 0, Optional.of(error)));
        }

        @Override
        public Endpoint controller() {
            return node;
        }

        @Override
        public void send(Heartbeat heartbeat) {
            heartbeats.add(heartbeat);
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void abandon() {
            abandoned = true;
        }
    }

    @Override
    public CompletionStage<Registered> register(Registration registration) {
        registrations.add(registration);
        return answer(registrationAnswers);
    }

    @Override
    public CompletionStage<List<Optional<FlotillaError>>> propose(long brokerEpoch, List<Proposal> batch) {
        proposals.add(batch);
        return answer(proposalAnswers);
    }

    @Override
    public CompletionStage<ProducerIdBlock> allocateProducerIds(long brokerEpoch) {
        return answer(blocks);
    }

    @Override
    public HeartbeatStream openHeartbeats(HeartbeatSink sink) {
        Opened stream = new Opened(active, sink);
        streams.add(stream);
        return stream;
    }

    @Override
    public void activeControllerIs(Endpoint controller) {
        active = controller;
    }

    Opened stream() {
        return streams.get(streams.size() - 1);
    }

    static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    private static <T> CompletableFuture<T> answer(List<CompletableFuture<T>> answers) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
    }
}
