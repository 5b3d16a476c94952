package io.flotilla.broker.fetcher;

import io.flotilla.broker.partition.AnswerHeader;
import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A transport whose far end the test plays. */
final class ScriptedTransport implements ReplicaTransport {
    final List<Opened> streams = new ArrayList<>();

    @Override
    public Stream open(ReplicaStreamOpening opening, long creditBytes, Events events) {
        Opened stream = new Opened(opening, events);
        streams.add(stream);
        return stream;
    }

    Opened last() {
        return streams.get(streams.size() - 1);
    }

    /** One stream that the follower asked for. */
    static final class Opened implements Stream {
        final ReplicaStreamOpening opening;
        final List<ReplicaQuestion> asked = new ArrayList<>();
        private final Events events;
        long grantedBytes;
        int heartbeats;
        boolean closed;

        Opened(ReplicaStreamOpening opening, Events events) {
            this.opening = opening;
            this.events = events;
        }

        void leaderBeats() {
            events.onHeartbeat();
        }

        void leaderAnswers(PartitionId partition, int bytes) {
            AnswerHeader header = new AnswerHeader(5, 1, 0, 0, 0, 0, null, null, null);
            events.onAnswer(partition, new ReceivedAnswer(header, ByteBuffer.allocate(bytes)));
        }

        void breaks() {
            events.onClosed(FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "connection reset"));
        }

        @Override
        public void ask(PartitionId partition, ReplicaQuestion question) {
            asked.add(question);
        }

        @Override
        public void grant(long bytes) {
            grantedBytes += bytes;
        }

        @Override
        public void heartbeat() {
            heartbeats++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
