package io.flotilla.broker.metadata;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayList;
import java.util.List;

/** A metadata feed whose every word the test says. */
final class ScriptedFeed implements MetadataFeed {
    final List<Opened> opened = new ArrayList<>();

    /** One stream that the follower opened. */
    static final class Opened implements Stream {
        final Endpoint node;
        final ResumePoint from;
        final Sink sink;
        int processed;
        boolean closed;

        Opened(Endpoint node, ResumePoint from, Sink sink) {
            this.node = node;
            this.from = from;
            this.sink = sink;
        }

        void says(FeedMessage... messages) {
            for (FeedMessage message : messages) {
                sink.onMessage(message);
            }
        }

        void breaks(FlotillaError reason) {
            sink.onClosed(reason);
        }

        @Override
        public void processed() {
            processed++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Override
    public Stream open(Endpoint node, ResumePoint from, Sink sink) {
        Opened stream = new Opened(node, from, sink);
        opened.add(stream);
        return stream;
    }

    Opened latest() {
        return opened.get(opened.size() - 1);
    }
}
