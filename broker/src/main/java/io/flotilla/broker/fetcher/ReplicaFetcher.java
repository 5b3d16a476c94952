package io.flotilla.broker.fetcher;

import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.partition.LeaderLink;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way from this broker's following partitions to their leaders: one stream to each leader, opened when a partition
 * first asks and kept while any has asked without a stop. Safe for any thread; closed by the wiring before its
 * transport.
 */
public final class ReplicaFetcher implements LeaderLink, AutoCloseable {
    private final FetcherParts parts;
    /** By leader; a link stays for the life of the process, its stream comes and goes. */
    private final Map<Integer, LeaderStream> leaders = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * What a fetcher is made of.
     *
     * @param loop owns the streams' comings and goings
     * @param partitions who gets the answers
     */
    public record FetcherParts(
            FetcherSettings settings,
            ReplicaTransport transport,
            ReplicaPeers peers,
            FollowerPorts partitions,
            ControlLoop loop,
            Clock clock) {}

    public ReplicaFetcher(FetcherParts parts) {
        this.parts = parts;
    }

    @Override
    public void ask(int leaderId, PartitionId partition, ReplicaQuestion question) {
        if (!closed) {
            leaders.computeIfAbsent(leaderId, id -> new LeaderStream(id, parts)).ask(partition, question);
        }
    }

    /** Gives up all streams; what is asked from now on is dropped. */
    @Override
    public void close() {
        closed = true;
        leaders.values().forEach(LeaderStream::close);
    }
}
