package io.flotilla.sim.group;

import io.flotilla.client.internal.fetch.FetchBuffer;
import io.flotilla.client.internal.fetch.FetchEvent;
import io.flotilla.client.internal.fetch.FetchSettings;
import io.flotilla.client.internal.fetch.Fetcher;
import io.flotilla.client.internal.fetch.OffsetLookup;
import io.flotilla.client.internal.group.GroupCore;
import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.client.internal.group.GroupSettings;
import io.flotilla.client.internal.group.GroupSnapshot;
import io.flotilla.client.internal.group.GroupSubscription;
import io.flotilla.client.internal.group.GroupTransport;
import io.flotilla.client.internal.group.PollDeadline;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.RecordReader;
import io.flotilla.sim.client.ClientRunWiring;
import io.flotilla.sim.client.Load;
import io.flotilla.sim.world.Delays;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One life of an application that is a member of a group: reads what it is told to with the real group core and the
 * real fetcher, commits what it has read now and then, and before it gives a partition up. The judge hears all of it.
 */
final class GroupMember {
    private static final int COMMIT_MS_MAX = 1_500;
    private static final long COMMIT_TIMEOUT_MS = 30_000;
    private static final long SEARCH_MS = 60_000;
    private static final int POLL_MS_MAX = 5_000;

    private final Load load;
    private final GroupJudge judge;
    private final String group;
    private final String memberId;
    private final Random random;
    private final OsProcess process;
    private final ClientRunWiring client;
    private final FetchBuffer buffer = new FetchBuffer();
    private final Fetcher fetcher;
    private final GroupCore core;
    private final PollDeadline polls = new PollDeadline(POLL_MS_MAX * World.MS);
    private final TreeMap<GroupPartition, Holding> holdings = new TreeMap<>();
    private GroupSnapshot shown = GroupSnapshot.NONE;
    private GroupSnapshot followed = GroupSnapshot.NONE;
    private long generations;
    private int openCommits;
    private boolean stalled;

    /** What it reads. */
    private static final class Holding {
        final PartitionId id;
        long generation;
        /** What it has to read next, {@link GroupPage#NONE} before it knows. */
        long position = GroupPage.NONE;

        long committed = GroupPage.NONE;
        boolean ending;

        Holding(PartitionId id) {
            this.id = id;
        }
    }

    /**
     * Who it is.
     *
     * @param host its machine, which no node has
     * @param life rises with each process on that machine
     */
    record Id(String group, int host, int life) {
        @Override
        public String toString() {
            return group + "-" + host + "-" + life;
        }
    }

    GroupMember(Load load, GroupJudge judge, Id id) {
        this.load = load;
        this.judge = judge;
        this.group = id.group();
        this.memberId = id.toString();
        this.random = load.world().random("member " + memberId);
        this.process =
                new OsProcess(load.world(), id.host(), new Delays(load.world().random("delays " + memberId)), () -> 0);
        this.client = new ClientRunWiring(process, load.wire(), load.bootstrap(), random, this::advance);
        var transport = client.fetches();
        var lookup = new OffsetLookup(client.metadata(), transport, ClientRunWiring.RETRIES, random);
        this.fetcher = new Fetcher(
                new FetchSettings(
                        new FetchSettings.Sizes(1, 4_000, 64 << 10),
                        500,
                        FetchSettings.ResetPolicy.EARLIEST,
                        (int) SEARCH_MS,
                        new FetchSettings.Pauses(ClientRunWiring.RETRIES, ClientRunWiring.RECONNECTS)),
                new Fetcher.Ports(client.metadata(), transport, buffer, lookup, random));
        GroupSettings settings = new GroupSettings(
                group,
                new GroupSettings.Place(Optional.empty(), "", ""),
                Optional.empty(),
                POLL_MS_MAX,
                ClientRunWiring.RETRIES);
        this.core = new GroupCore(
                settings,
                memberId,
                new GroupCore.Ports(client.groups(), this::brokers, polls, snapshot -> shown = snapshot, random));
        process.at(0, () -> client.thread().execute(this::subscribe));
        process.at(random.nextInt(COMMIT_MS_MAX) * World.MS, this::commitNowAndThen);
    }

    private List<Endpoint> brokers() {
        List<Endpoint> all = new ArrayList<>(client.metadata().view().endpoints());
        all.addAll(load.bootstrap());
        return all;
    }

    private void subscribe() {
        Set<String> topics = new TreeSet<>();
        load.names().forEach(name -> topics.add(name.topic()));
        core.membership().subscribe(new GroupSubscription(topics, Optional.empty()));
    }

    private long advance(long nowNanos) {
        long wait = Math.min(core.advance(nowNanos), fetcher.advance(nowNanos));
        if (followed != shown && !stalled) {
            follow(shown);
            wait = 0;
        }
        for (FetchEvent event = stalled ? null : buffer.take(); event != null; event = buffer.take()) {
            take(event);
            wait = 0;
        }
        return wait;
    }

    // ---- what it is told -----------------------------------------------------------------------------------------

    private void follow(GroupSnapshot snapshot) {
        if (snapshot.life() != followed.life()) {
            List.copyOf(holdings.keySet()).forEach(this::drop);
        }
        followed = snapshot;
        if (snapshot.idle()) {
            core.membership().comeBack();
        }
        NavigableSet<GroupPartition> target = snapshot.target();
        if (target != null) {
            endAllBut(target);
            begin(target);
            tell();
        }
    }

    private void tell() {
        core.membership().own(followed.life(), followed.revision(), List.copyOf(holdings.keySet()));
    }

    private void begin(NavigableSet<GroupPartition> target) {
        for (GroupPartition partition : target) {
            if (!holdings.containsKey(partition)) {
                Holding fresh = new Holding(new PartitionId(
                        partition.topic().orElseThrow(), partition.name().partition()));
                judge.begins(group, memberId, fresh.id);
                holdings.put(partition, fresh);
                find(partition, fresh);
            }
        }
    }

    private void find(GroupPartition partition, Holding holding) {
        holding.generation = ++generations;
        long askedNanos = load.world().nowNanos();
        fetcher.await(partition.name(), holding.generation, partition.topic().orElse(null));
        core.offsets().ask(Set.of(partition), SEARCH_MS, new GroupTransport.AnswerListener<>() {
            @Override
            public void answered(GroupTransport.Offsets answer) {
                GroupTransport.Committed committed = answer.committed().get(partition);
                long offset = committed == null ? GroupPage.NONE : committed.offset();
                if (holdings.get(partition) == holding && !holding.ending) {
                    judge.told(group, holding.id, offset, askedNanos);
                    holding.position = Math.max(0, offset);
                    holding.committed = offset;
                    fetcher.place(partition.name(), holding.generation, offset, -1);
                }
            }

            @Override
            public void failed(FlotillaError error) {
                if (holdings.get(partition) == holding && !holding.ending) {
                    again(partition, holding);
                }
            }
        });
    }

    /** What was read on behind a bad batch is void. */
    private void again(GroupPartition partition, Holding holding) {
        holding.generation = ++generations;
        fetcher.unassign(partition.name());
        process.at(
                (100 + random.nextInt(400)) * World.MS,
                () -> client.thread().execute(() -> {
                    if (holdings.get(partition) == holding && !holding.ending) {
                        if (holding.position == GroupPage.NONE) {
                            find(partition, holding);
                        } else {
                            fetcher.assign(partition.name(), holding.generation, holding.position);
                            fetcher.pin(partition.name(), partition.topic().orElse(null));
                        }
                    }
                }));
    }

    private void endAllBut(NavigableSet<GroupPartition> target) {
        Set<GroupPartition> over = new TreeSet<>();
        holdings.forEach((partition, holding) -> {
            if (!target.contains(partition) && !holding.ending) {
                holding.ending = true;
                fetcher.unassign(partition.name());
                over.add(partition);
            }
        });
        if (!over.isEmpty()) {
            int life = followed.life();
            commit(over, () -> {
                if (life == followed.life()) {
                    over.forEach(this::drop);
                    follow(followed);
                }
            });
        }
    }

    private void drop(GroupPartition partition) {
        Holding holding = holdings.remove(partition);
        if (holding != null) {
            fetcher.unassign(partition.name());
            judge.ends(group, memberId, holding.id);
        }
    }

    // ---- records -------------------------------------------------------------------------------------------------

    private void take(FetchEvent event) {
        for (Map.Entry<GroupPartition, Holding> held : holdings.entrySet()) {
            Holding holding = held.getValue();
            boolean meant = held.getKey().name().equals(event.partition()) && holding.generation == event.generation();
            if (meant && !holding.ending) {
                take(event, held.getKey(), holding);
                break;
            }
        }
        if (event instanceof FetchEvent.Region region) {
            fetcher.consumed(region);
        }
    }

    private void take(FetchEvent event, GroupPartition partition, Holding holding) {
        if (event instanceof FetchEvent.Region region) {
            if (BatchCheck.storedRegion(region.batches().duplicate()) == null) {
                read(region, holding);
            } else {
                again(partition, holding); // somebody's disk; nothing of that is taken
            }
        } else if (event instanceof FetchEvent.Positioned positioned) {
            holding.position = positioned.offset();
        } else if (event instanceof FetchEvent.Failed) {
            again(partition, holding);
        }
    }

    private void read(FetchEvent.Region region, Holding holding) {
        for (BatchView batch : BatchRegion.of(region.batches().duplicate())) {
            RecordReader records = RecordReader.of(batch);
            while (records.next()) {
                if (records.offset() >= holding.position) {
                    judge.read(group, holding.id, records.offset());
                    holding.position = records.offset() + 1;
                }
            }
        }
    }

    // ---- commits -------------------------------------------------------------------------------------------------

    private void commitNowAndThen() {
        client.thread().execute(() -> {
            if (openCommits == 0 && !stalled) {
                Set<GroupPartition> own = new TreeSet<>();
                holdings.forEach((partition, holding) -> {
                    if (!holding.ending) {
                        own.add(partition);
                    }
                });
                commit(own, () -> {});
            }
        });
        process.at((100 + random.nextInt(COMMIT_MS_MAX)) * World.MS, this::commitNowAndThen);
    }

    /** Commits what was read of the partitions and not committed yet, then goes on, on its thread. */
    private void commit(Set<GroupPartition> partitions, Runnable then) {
        Map<GroupPartition, GroupTransport.Committed> offsets = new TreeMap<>();
        for (GroupPartition partition : partitions) {
            Holding holding = holdings.get(partition);
            if (holding != null && holding.position > Math.max(0, holding.committed)) {
                offsets.put(partition, new GroupTransport.Committed(holding.position, OptionalInt.empty(), memberId));
            }
        }
        if (offsets.isEmpty()) {
            client.thread().execute(then);
            return;
        }
        openCommits++;
        core.commits().commit(followed.life(), offsets, COMMIT_TIMEOUT_MS, failures -> {
            openCommits--;
            offsets.forEach((partition, committed) -> {
                if (!failures.containsKey(partition)) {
                    acknowledged(partition, committed.offset());
                }
            });
            client.thread().execute(then);
        });
    }

    private void acknowledged(GroupPartition partition, long offset) {
        PartitionId id = new PartitionId(
                partition.topic().orElseThrow(), partition.name().partition());
        judge.acknowledged(group, id, offset, memberId);
        Holding holding = holdings.get(partition);
        if (holding != null) {
            holding.committed = Math.max(holding.committed, offset);
        }
    }

    // ---- life ----------------------------------------------------------------------------------------------------

    /** Partitions that it reads and has not to give up. */
    Set<PartitionId> reads() {
        Set<PartitionId> read = new TreeSet<>();
        holdings.values().stream().filter(holding -> !holding.ending).forEach(holding -> read.add(holding.id));
        return read;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends without a word. */
    void kill() {
        process.end();
        load.wire().ended(process);
        List.copyOf(holdings.keySet()).forEach(this::drop);
    }

    /** Stands still for a while. */
    void freeze(long nanos) {
        process.freeze(nanos);
    }

    /** Its application polls no more for a while: it is to leave, and to come back. */
    void stall(long nanos) {
        stalled = true;
        polls.left(load.world().nowNanos());
        process.at(nanos, () -> {
            stalled = false;
            polls.entered();
            client.thread().wake();
        });
    }

    /** Commits, leaves and ends. */
    void leave() {
        process.at(
                0,
                () -> client.thread()
                        .execute(() -> commit(new TreeSet<>(holdings.keySet()), () -> {
                            List.copyOf(holdings.keySet()).forEach(this::drop);
                            core.membership().leave(this::kill);
                        })));
    }
}
