package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchBuffer;
import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.fetch.Fetcher;
import io.flotilla.client.internal.fetch.OffsetLookup;
import io.flotilla.client.internal.group.GroupCore;
import io.flotilla.client.internal.group.GroupSettings;
import io.flotilla.client.internal.group.GroupSnapshot;
import io.flotilla.client.internal.group.PollDeadline;
import io.flotilla.client.internal.loop.ClientLoop;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What runs on a consumer's loop: the fetcher and, where there is one, the group; and what the loop shares with the
 * application's thread. The consumer that makes it closes it.
 */
final class ConsumerCore {
    private static final long MS = 1_000_000;

    private final ConsumerConfig config;
    private final Clock clock;
    private final ClientEngine engine;
    private final FetchBuffer buffer = new FetchBuffer();
    private final OffsetLookup lookup;
    private final Fetcher fetcher;
    private final @Nullable GroupCore group;
    private final PollDeadline polls;
    private volatile GroupSnapshot membership = GroupSnapshot.NONE;
    private volatile @Nullable Throwable crash;

    ConsumerCore(ConsumerConfig config) {
        this.config = config;
        this.clock = ClientWiring.clock();
        this.engine = new ClientEngine("flotilla-consumer", config.client(), new Body());
        RandomGenerator random = ClientWiring.random();
        MetadataFollower metadata = engine.metadata(random);
        FetchTransport transport = engine.fetches();
        this.lookup = new OffsetLookup(metadata, transport, config.client().retries(), random);
        this.fetcher = new Fetcher(config.settings(), new Fetcher.Ports(metadata, transport, buffer, lookup, random));
        this.polls = new PollDeadline(
                config.group().map(GroupSettings::pollIntervalMsMax).orElse(0) * MS);
        this.group = config.group()
                .map(settings -> new GroupCore(
                        settings,
                        ClientWiring.memberId(),
                        new GroupCore.Ports(engine.groups(), () -> brokers(metadata), polls, this::announce, random)))
                .orElse(null);
    }

    /** After everything of the consumer is there. */
    void start() {
        engine.start();
    }

    private List<Endpoint> brokers(MetadataFollower metadata) {
        List<Endpoint> all = new ArrayList<>(metadata.view().endpoints());
        all.addAll(config.client().bootstrap());
        return all;
    }

    private void announce(GroupSnapshot snapshot) {
        membership = snapshot;
        buffer.nudge();
    }

    /** Drives the cores. */
    private final class Body implements ClientLoop.Body {
        @Override
        public long advance(long nowNanos) {
            long wait = fetcher.advance(nowNanos);
            return group == null ? wait : Math.min(wait, group.advance(nowNanos));
        }

        @Override
        public void crashed(Throwable cause) {
            crash = cause;
            buffer.wakeup();
            shut();
        }
    }

    private void shut() {
        fetcher.close();
        if (group != null) {
            group.close();
        }
    }

    Clock clock() {
        return clock;
    }

    ClientLoop loop() {
        return engine.loop();
    }

    FetchBuffer buffer() {
        return buffer;
    }

    /** Touched by the loop only. */
    Fetcher fetcher() {
        return fetcher;
    }

    /** Touched by the loop only. */
    OffsetLookup lookup() {
        return lookup;
    }

    /** Touched by the loop only; empty without group.id. */
    Optional<GroupCore> group() {
        return Optional.ofNullable(group);
    }

    /**
     * Touched by the loop only.
     *
     * @throws io.flotilla.model.error.FlotillaException INVALID_GROUP_ID without group.id
     */
    GroupCore groupOrRefuse() {
        GroupCore core = group;
        if (core == null) {
            throw FlotillaError.notApplied(
                            ErrorCode.INVALID_GROUP_ID, "subscribing and committing need a group: set group.id")
                    .exception();
        }
        return core;
    }

    PollDeadline polls() {
        return polls;
    }

    /** Where the membership stands. */
    GroupSnapshot membership() {
        return membership;
    }

    /** Throws IllegalStateException once the loop has failed. */
    void refuseAfterCrash() {
        Throwable cause = crash;
        if (cause != null) {
            throw new IllegalStateException("the consumer failed and is unusable", cause);
        }
    }

    boolean isCrashed() {
        return crash != null;
    }

    void close() {
        engine.close(this::shut);
    }
}
