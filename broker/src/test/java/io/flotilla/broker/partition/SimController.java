package io.flotilla.broker.partition;

import io.flotilla.broker.isr.IsrMember;
import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.isr.ProposalOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The controller of the simulation: R5's checks and R6's elections on one partition, for synced durability. */
final class SimController {
    static final int MIN_ISR = 2;
    static final int NOBODY = -1;
    private static final long SESSION_NANOS = 3_000 * SimWorld.MS;

    /** The metadata at one revision. */
    record State(
            long revision,
            int leader,
            int leaderEpoch,
            int partitionEpoch,
            List<Integer> isr,
            List<Integer> elr,
            TreeMap<Integer, Long> brokerEpochs,
            TreeSet<Integer> fenced) {}

    private final SimWorld world;
    private final List<State> history = new ArrayList<>();
    private final TreeMap<Integer, Long> heardNanos = new TreeMap<>();
    private final TreeMap<Integer, Long> metadataHeldUntilNanos = new TreeMap<>();

    private int leader = NOBODY;
    private int leaderEpoch;
    private int partitionEpoch;
    private final TreeSet<Integer> isr = new TreeSet<>(List.of(1, 2, 3));
    private final TreeSet<Integer> elr = new TreeSet<>();
    private final TreeMap<Integer, Long> brokerEpochs = new TreeMap<>();
    private final TreeSet<Integer> fenced = new TreeSet<>(List.of(1, 2, 3));
    private int leaderChanges;
    private boolean founded;

    SimController(SimWorld world) {
        this.world = world;
    }

    // ---- what brokers ask ----------------------------------------------------------------------------------------

    /** A new run of a broker: fenced, out of the ISR, its leadership over (R6). */
    long register(int broker) {
        if (founded) {
            leave(broker);
        }
        fenced.add(broker);
        brokerEpochs.put(broker, history.size() + 1L);
        elect();
        commit();
        return brokerEpochs.get(broker);
    }

    void heartbeat(int broker, long brokerEpoch, long appliedRevision) {
        heardNanos.put(broker, world.clock.nanos());
        boolean current = brokerEpochs.get(broker) == brokerEpoch;
        if (current && fenced.contains(broker) && appliedRevision >= brokerEpoch) {
            fenced.remove(broker);
            if (!founded && fenced.isEmpty()) {
                founded = true;
            }
            elect();
            commit();
        }
    }

    /** Once over the network; answers may be lost, and so may the proposal. */
    void propose(int from, long brokerEpoch, IsrProposal proposal, Consumer<ProposalOutcome> outcome) {
        if (!world.reaches(from, 0) && world.chance(0.5)) {
            world.soon(() -> outcome.accept(ProposalOutcome.NOT_SENT));
        } else if (!world.reaches(from, 0) || (!world.isHealing() && world.chance(0.1))) {
            world.soon(() -> outcome.accept(ProposalOutcome.UNKNOWN));
            if (world.chance(0.5)) { // and yet it arrives, late
                world.between(1, 2_000, () -> decide(from, brokerEpoch, proposal));
            }
        } else {
            world.soon(() -> {
                ProposalOutcome decided = decide(from, brokerEpoch, proposal);
                world.soon(() -> outcome.accept(decided));
            });
        }
    }

    private ProposalOutcome decide(int from, long brokerEpoch, IsrProposal proposal) {
        boolean known = brokerEpochs.get(from) == brokerEpoch
                && proposal.leaderEpoch() == leaderEpoch
                && leader == from
                && proposal.partitionEpoch() == partitionEpoch
                && proposal.brokerIds().contains(leader);
        if (!known) {
            return ProposalOutcome.REFUSED;
        }
        for (IsrMember member : proposal.isr()) {
            if (fenced.contains(member.brokerId()) || brokerEpochs.get(member.brokerId()) != member.brokerEpoch()) {
                return ProposalOutcome.INELIGIBLE;
            }
        }
        List<Integer> others =
                proposal.brokerIds().stream().filter(id -> id != leader).toList();
        if (proposal.resign() && others.isEmpty()) {
            return ProposalOutcome.REFUSED;
        }
        for (int id : List.copyOf(isr)) {
            if (!proposal.brokerIds().contains(id)) {
                leave(id);
            }
        }
        isr.addAll(proposal.brokerIds());
        elr.removeAll(isr);
        if (isr.size() >= MIN_ISR) {
            elr.clear();
        }
        partitionEpoch++;
        if (proposal.resign()) {
            lead(others.get(world.random.nextInt(others.size())));
        }
        commit();
        return ProposalOutcome.ACCEPTED;
    }

    // ---- what it does itself -------------------------------------------------------------------------------------

    void watchSessions() {
        for (int broker : world.brokers.keySet()) {
            long silent = world.clock.nanos() - heardNanos.getOrDefault(broker, world.clock.nanos());
            if (!fenced.contains(broker) && silent > SESSION_NANOS) {
                fence(broker);
            }
        }
    }

    void fence(int broker) {
        if (fenced.add(broker)) {
            leave(broker);
            elect();
            commit();
        }
    }

    /** Takes a broker out of the ISR; below min ISR it is remembered as eligible (KIP-966). */
    private void leave(int broker) {
        if (isr.remove(broker)) {
            partitionEpoch++;
            if (isr.size() < MIN_ISR) {
                elr.add(broker);
            }
        }
        if (leader == broker) {
            leader = NOBODY;
        }
    }

    private void elect() {
        if (!founded || leader != NOBODY) {
            return;
        }
        List<Integer> candidates = new ArrayList<>(isr);
        candidates.removeAll(fenced);
        if (candidates.isEmpty()) {
            candidates.addAll(elr);
            candidates.removeAll(fenced);
        }
        if (candidates.isEmpty()) {
            leaderEpoch++; // the last leader's epoch is over
            partitionEpoch++;
            return;
        }
        lead(candidates.get(world.random.nextInt(candidates.size())));
    }

    private void lead(int broker) {
        leader = broker;
        leaderEpoch++;
        partitionEpoch++;
        leaderChanges++;
        if (elr.remove(broker)) {
            isr.add(broker);
        }
    }

    // ---- the feed ------------------------------------------------------------------------------------------------

    private void commit() {
        history.add(new State(
                history.size() + 1L,
                leader,
                leaderEpoch,
                partitionEpoch,
                List.copyOf(isr),
                List.copyOf(elr),
                new TreeMap<>(brokerEpochs),
                new TreeSet<>(fenced)));
        world.brokers.values().forEach(this::feed);
    }

    void delayMetadata(int broker, long forMs) {
        metadataHeldUntilNanos.put(broker, world.clock.nanos() + forMs * SimWorld.MS);
        world.between(forMs, forMs, () -> feed(world.brokers.get(broker)));
    }

    /** Sends what the broker has not applied yet, in order; tries again while it cannot. */
    void feed(SimBroker broker) {
        world.soon(() -> {
            boolean held = world.clock.nanos() < metadataHeldUntilNanos.getOrDefault(broker.id(), 0L);
            if (broker.isUp() && broker.appliedRevision() < history.size()) {
                if (!held && world.reaches(0, broker.id())) {
                    broker.apply(history.get((int) broker.appliedRevision()));
                    feed(broker);
                } else {
                    world.between(50, 100, () -> feed(broker));
                }
            }
        });
    }

    int leader() {
        return leader;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    TreeSet<Integer> isr() {
        return isr;
    }

    TreeSet<Integer> elr() {
        return elr;
    }

    int leaderChanges() {
        return leaderChanges;
    }

    long revision() {
        return history.size();
    }
}
