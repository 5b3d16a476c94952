package io.flotilla.client.internal.group;

import io.flotilla.client.internal.group.GroupTransport.Offsets;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Asks the coordinator for committed offsets until it answers or time is up. Owned by the client's loop. */
public final class CommittedOffsets {
    private final GroupSettings settings;
    private final GroupTransport transport;
    private final CoordinatorSearch search;
    private final RandomGenerator random;
    private final Set<Inquiry> open = new LinkedHashSet<>();

    CommittedOffsets(
            GroupSettings settings, GroupTransport transport, CoordinatorSearch search, RandomGenerator random) {
        this.settings = settings;
        this.transport = transport;
        this.search = search;
        this.random = random;
    }

    /** One question until its answer. */
    private final class Inquiry extends CoordinatorCall implements GroupTransport.AnswerListener<Offsets> {
        private final List<GroupPartition> partitions;
        private final GroupTransport.AnswerListener<Offsets> asker;

        Inquiry(Collection<GroupPartition> partitions, long timeoutMs, GroupTransport.AnswerListener<Offsets> asker) {
            super(search, new Backoff(settings.pauses(), random), timeoutMs);
            this.partitions = List.copyOf(partitions);
            this.asker = asker;
        }

        @Override
        void ask(Endpoint coordinator, long timeoutMs) {
            transport.fetchOffsets(new GroupTransport.Call(coordinator, settings.group(), timeoutMs), partitions, this);
        }

        @Override
        public void answered(Offsets answer) {
            if (open.remove(this)) {
                asker.answered(answer);
            }
        }

        @Override
        public void failed(FlotillaError error) {
            if (error.code().retriable() || error.code() == ErrorCode.UNKNOWN_SERVER_ERROR) {
                again(error);
            } else {
                end(error);
            }
        }

        @Override
        void end(FlotillaError error) {
            if (open.remove(this)) {
                asker.failed(error);
            }
        }
    }

    /** Asks; exactly one of the asker's methods is called, on the loop. */
    public void ask(
            Collection<GroupPartition> partitions, long timeoutMs, GroupTransport.AnswerListener<Offsets> asker) {
        open.add(new Inquiry(partitions, timeoutMs, asker));
    }

    long advance(long now) {
        long wait = CoordinatorCall.NEVER;
        for (Inquiry inquiry : new ArrayList<>(open)) {
            wait = Math.min(wait, inquiry.advance(now));
        }
        return wait;
    }
}
