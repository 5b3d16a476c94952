package io.flotilla.sim.quorum;

import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.command.DeltaListener;
import io.flotilla.sim.net.Links;
import io.flotilla.sim.world.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one true order of commands, and who may add to it. A leader adds while it reaches a majority; one that does not
 * is replaced after a while, may believe in itself for longer, and adds nothing. Owned by its world's thread.
 */
public final class MetadataLog {
    static final int NOBODY = -1;

    private static final long TICK_NANOS = 50 * World.MS;

    /** One committed command and the term of its entry. */
    record Entry(long term, byte[] command) {}

    /** A state as of so many entries. */
    record Snapshot(long entries, byte[] bytes) {}

    private record Pending(byte[] command, Submission submission, long readyNanos) {}

    private final World world;
    private final Links links;
    private final Random random;
    private final List<Integer> voters;
    private LogFaults faults;
    private final ControllerState truth;

    private final List<Entry> entries = new ArrayList<>();
    private final TreeMap<Integer, Voter> running = new TreeMap<>();
    /** What each voter's disk holds besides the log. */
    private final TreeMap<Integer, Snapshot> snapshots = new TreeMap<>();
    /** Commands that the leader has taken and not committed. */
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();

    private long purged;
    private long term;
    private int leader = NOBODY;
    private long healthyNanos;
    private long patienceNanos;
    private long elections;

    /** @param committed hears of everything that is committed, once */
    public MetadataLog(World world, Links links, List<Integer> voters, LogFaults faults, DeltaListener committed) {
        this.world = world;
        this.links = links;
        this.random = world.random("quorum");
        this.voters = List.copyOf(voters);
        this.faults = faults;
        this.truth = new ControllerState(committed);
        drawPatience();
        world.at(TICK_NANOS, this::tick);
    }

    LogFaults faults() {
        return faults;
    }

    /** From now on it misbehaves like this. */
    public void behave(LogFaults now) {
        faults = now;
    }

    Random random() {
        return random;
    }

    public List<Integer> voters() {
        return voters;
    }

    /** The voter that leads, {@code -1} for none. */
    public int leader() {
        return leader;
    }

    public long term() {
        return term;
    }

    /** Leaders that were elected. */
    public long elections() {
        return elections;
    }

    // ---- voters --------------------------------------------------------------------------------------------------

    /** A voter's process runs; it knows what its last snapshot holds, and hears of the rest. */
    void started(Voter voter) {
        running.put(voter.node(), voter);
        Snapshot own = snapshots.get(voter.node());
        if (own != null) {
            voter.load(own);
        }
    }

    /** A voter's process has ended. */
    public void ended(int node) {
        running.remove(node);
        if (node == leader) {
            leader = NOBODY; // and no longer, should it be back before another is elected
        }
    }

    void keepSnapshot(Voter voter) {
        snapshots.put(voter.node(), new Snapshot(voter.applied(), voter.capture()));
        if (voter.node() == leader) {
            purged = Math.max(purged, voter.applied() - faults.sizes().keptEntries());
        }
    }

    long size() {
        return entries.size();
    }

    /** The entry with this number from 0, null when it is no longer kept. */
    @Nullable
    Entry entry(long number) {
        return number < purged ? null : entries.get((int) number);
    }

    /** What somebody gets who needs entries that are not kept. */
    Snapshot install() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            truth.capture().writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Snapshot(entries.size(), bytes.toByteArray());
    }

    // ---- commands ------------------------------------------------------------------------------------------------

    /** Takes a command from whoever takes itself for the leader; false when it does not lead. */
    boolean propose(Voter from, byte[] command, Submission submission) {
        if (from.node() != leader || from.term() != term) {
            return false;
        }
        long wait = (500 + random.nextInt(6_000)) * 1_000L;
        pending.add(new Pending(command, submission, world.nowNanos() + wait));
        world.at(wait, this::commitReady);
        return true;
    }

    private void commitReady() {
        while (!pending.isEmpty() && pending.peek().readyNanos() <= world.nowNanos() && isHealthy(leader)) {
            commit(pending.remove());
        }
    }

    private void commit(Pending next) {
        entries.add(new Entry(term, next.command()));
        truth.apply(next.command(), term, entries.size());
        next.submission().placedAt(entries.size() - 1);
        tellVoters();
    }

    private void tellVoters() {
        Voter source = running.get(leader);
        if (source == null) {
            return;
        }
        long known = entries.size();
        long now = term;
        int by = leader;
        source.process().at(0, () -> source.learn(known, by, now));
        for (Voter voter : running.values()) {
            if (voter.node() != leader && links.isOpenBothWays(leader, voter.node())) {
                voter.process().at(links.delayNanos(leader, voter.node()), () -> voter.learn(known, by, now));
            }
        }
    }

    // ---- elections -----------------------------------------------------------------------------------------------

    private void tick() {
        world.at(TICK_NANOS, this::tick);
        if (leader != NOBODY && isHealthy(leader)) {
            healthyNanos = world.nowNanos();
            commitReady();
            tellVoters();
        } else if (world.nowNanos() - healthyNanos >= patienceNanos) {
            electSomebody();
        }
    }

    /** Makes another voter the leader, as a transfer or a flapping network does; answers whether one could be. */
    public boolean electSomebody() {
        List<Voter> candidates = running.values().stream()
                .filter(voter -> voter.node() != leader && isHealthy(voter.node()))
                .toList();
        if (!candidates.isEmpty()) {
            elect(candidates.get(random.nextInt(candidates.size())));
            return true;
        } else if (leader != NOBODY && running.containsKey(leader) && isHealthy(leader)) {
            elect(running.get(leader));
            return true;
        }
        return false;
    }

    private void elect(@Nullable Voter winner) {
        if (winner == null) {
            return;
        }
        int kept = random.nextInt(pending.size() + 1);
        for (int i = 0; i < kept; i++) {
            commitAsOfOldTerm(pending.remove());
        }
        pending.clear();
        Voter deposed = running.get(leader);
        term++;
        elections++;
        leader = winner.node();
        healthyNanos = world.nowNanos();
        drawPatience();
        world.trace().say("quorum", "voter %d leads in term %d, %d entries", leader, term, entries.size());
        long now = term;
        long known = entries.size();
        winner.process().at(links.delayNanos(leader, leader), () -> winner.lead(known, now));
        if (deposed != null && deposed != winner) {
            boolean hears = links.isOpenBothWays(leader, deposed.node());
            long wait = hears ? links.delayNanos(leader, deposed.node()) : (500 + random.nextInt(2_500)) * World.MS;
            deposed.process().at(wait, () -> deposed.stepDown(now));
        }
    }

    private void commitAsOfOldTerm(Pending survivor) {
        entries.add(new Entry(term, survivor.command()));
        truth.apply(survivor.command(), term, entries.size());
        survivor.submission().placedAt(entries.size() - 1);
    }

    private void drawPatience() {
        patienceNanos = (500 + random.nextInt(700)) * World.MS;
    }

    /** Whether a voter runs and reaches a majority. */
    private boolean isHealthy(int node) {
        Voter voter = running.get(node);
        if (voter == null || !works(voter)) {
            return false;
        }
        long reached = running.values().stream()
                .filter(other -> works(other) && links.isOpenBothWays(node, other.node()))
                .count();
        return reached > voters.size() / 2;
    }

    private static boolean works(Voter voter) {
        return voter.process().isAlive() && !voter.process().isFrozen();
    }
}
