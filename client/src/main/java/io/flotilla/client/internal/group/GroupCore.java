package io.flotilla.client.internal.group;

import io.flotilla.model.id.Endpoint;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Everything that a client does about its group, driven as one. Owned by the client's loop. */
public final class GroupCore {
    private final CoordinatorSearch search;
    private final Membership membership;
    private final OffsetCommits commits;
    private final CommittedOffsets offsets;

    /**
     * What a group's core talks to.
     *
     * @param brokers all that are known; never empty
     */
    public record Ports(
            GroupTransport transport,
            Supplier<List<Endpoint>> brokers,
            PollDeadline polls,
            Consumer<GroupSnapshot> announcements,
            RandomGenerator random) {}

    public GroupCore(GroupSettings settings, String memberId, Ports ports) {
        GroupTransport transport = ports.transport();
        RandomGenerator random = ports.random();
        this.search = new CoordinatorSearch(settings, transport, ports.brokers(), random);
        this.membership = new Membership(
                settings,
                memberId,
                new Membership.Ports(transport, search, ports.polls(), ports.announcements(), random));
        this.commits = new OffsetCommits(settings, new OffsetCommits.Ports(transport, search, membership, random));
        this.offsets = new CommittedOffsets(settings, transport, search, random);
    }

    public Membership membership() {
        return membership;
    }

    public OffsetCommits commits() {
        return commits;
    }

    public CommittedOffsets offsets() {
        return offsets;
    }

    /** Does what is due; answers nanoseconds until something will be. */
    public long advance(long now) {
        long wait = membership.advance(now);
        wait = Math.min(wait, commits.advance(now));
        wait = Math.min(wait, offsets.advance(now));
        return Math.min(wait, search.advance(now));
    }

    /** Ends streams without a goodbye. */
    public void close() {
        membership.close();
    }
}
