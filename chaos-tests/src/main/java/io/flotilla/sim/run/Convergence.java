package io.flotilla.sim.run;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.sim.check.Liveness;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.check.Violation;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * What must come true once everything, or enough, is healed: soon all is in service, and stays so while clients write;
 * every partition takes new records, from clients that were there and from new ones; everything is answered, equal and
 * committed; and a new reader gets all of it.
 */
final class Convergence {
    private static final long SERVICE_NANOS_MAX = 60 * World.SECOND;
    private static final long CALM_NANOS = 10 * World.SECOND;
    private static final long WORDS_NANOS_MAX = 90 * World.SECOND;
    private static final long ANSWER_NANOS_MAX = 90 * World.SECOND;
    private static final long GROUP_NANOS_MAX = 60 * World.SECOND;
    private static final long READING_NANOS_MAX = 60 * World.SECOND;

    private final Cluster cluster;
    private final Clients clients;
    private final LongConsumer passUntil;
    private final List<Integer> core;
    private final Liveness liveness;
    private final long healedNanos;

    /**
     * Begins now.
     *
     * @param passUntil lets time pass
     * @param core the nodes that were healed
     */
    Convergence(Cluster cluster, Clients clients, LongConsumer passUntil, List<Integer> core) {
        this.cluster = cluster;
        this.clients = clients;
        this.passUntil = passUntil;
        this.core = List.copyOf(core);
        this.liveness = new Liveness(core);
        this.healedNanos = cluster.nowNanos();
    }

    /** Lets everything come into service, whatever clients are told meanwhile, or fails. */
    void awaitService() {
        await("Liveness", SERVICE_NANOS_MAX, this::unserved);
    }

    /** Lets it come true, or fails. */
    void await() {
        awaitCalm();
        clients.lastWords(names(liveness.expected(cluster)));
        await("Acknowledged", WORDS_NANOS_MAX, clients::unheard);
        await("Liveness", ANSWER_NANOS_MAX, () -> clients.unanswered().or(() -> liveness.missing(cluster)));
    }

    /** What must hold at last: after the predicates have looked at everything. */
    void read() {
        liveness.healed(cluster);
        boolean scrub = cluster.around().settings().scrub();
        List<PartitionId> expected = liveness.expected(cluster).stream()
                .filter(partition -> scrub || !cluster.budget().mayServeDamage(partition))
                .toList();
        readAll(names(expected));
        clients.groups()
                .ifPresent(groups -> await(
                        "GroupConverges", GROUP_NANOS_MAX, () -> groups.unsettled(expected, this::highWatermark)));
    }

    private void readAll(List<PartitionName> names) {
        List<PartitionId> all =
                names.stream().map(this::id).flatMap(Optional::stream).toList();
        if (all.isEmpty()) {
            return;
        }
        FinalReading reading = clients.finalReading(names, all);
        await(
                "FinalReading",
                READING_NANOS_MAX,
                () -> all.stream()
                        .map(partition -> reading.missing(partition, highWatermark(partition)))
                        .flatMap(Optional::stream)
                        .findFirst());
        for (PartitionId partition : all) {
            boolean kept = cluster.losses().mustKeep(partition);
            reading.judge(partition, cluster.ghosts().of(partition), kept ? 0 : healedNanos);
        }
    }

    // ---- calm ----------------------------------------------------------------------------------------------------

    /** Everything works, and for a while nothing changes under load. */
    private void awaitCalm() {
        Map<String, Object> seen = new TreeMap<>();
        long sinceNanos = healedNanos;
        Optional<String> missing = unserved();
        while (missing.isPresent() || cluster.nowNanos() - sinceNanos < CALM_NANOS) {
            if (missing.isPresent() && cluster.nowNanos() - healedNanos >= SERVICE_NANOS_MAX) {
                throw late("Liveness", missing.get(), healedNanos);
            }
            passUntil.accept(cluster.nowNanos() + World.SECOND);
            missing = unserved();
            Map<String, Object> now = roles();
            if (missing.isPresent() || !now.equals(seen)) {
                if (sinceNanos - healedNanos >= SERVICE_NANOS_MAX) {
                    throw late("Liveness", "still changing: " + seen + ", then " + now, healedNanos);
                }
                sinceNanos = cluster.nowNanos();
                seen = now;
            }
        }
    }

    private Optional<String> unserved() {
        return clients.names().stream()
                .filter(name -> id(name).isEmpty())
                .map(name -> "there is no partition " + name)
                .findFirst()
                .or(() -> liveness.brokersAndReplicas(cluster));
    }

    /** Who leads and who is in sync, and the registrations. */
    private Map<String, Object> roles() {
        Map<String, Object> roles = new TreeMap<>();
        for (PartitionId partition : liveness.expected(cluster)) {
            PartitionState state = cluster.controller().partition(partition).orElseThrow();
            roles.put(partition.toString(), List.of(state.leader(), state.leaderEpoch(), state.isr()));
        }
        for (int id : core) {
            cluster.image()
                    .brokers()
                    .broker(id)
                    .map(BrokerRegistration::epoch)
                    .ifPresent(epoch -> roles.put("broker " + id, epoch));
        }
        return roles;
    }

    // ---- helpers -------------------------------------------------------------------------------------------------

    private void await(String predicate, long nanosMax, Supplier<Optional<String>> what) {
        long begunNanos = cluster.nowNanos();
        Optional<String> missing = what.get();
        while (missing.isPresent()) {
            if (cluster.nowNanos() - begunNanos >= nanosMax) {
                throw late(predicate, missing.get(), begunNanos);
            }
            passUntil.accept(cluster.nowNanos() + World.SECOND);
            missing = what.get();
        }
    }

    private Violation late(String predicate, String missing, long sinceNanos) {
        return new Violation(
                predicate,
                "%s, %d s after it could have been, %d s after all was healed"
                        .formatted(
                                missing,
                                (cluster.nowNanos() - sinceNanos) / World.SECOND,
                                (cluster.nowNanos() - healedNanos) / World.SECOND));
    }

    private Optional<PartitionId> id(PartitionName name) {
        return cluster.image()
                .topics()
                .named(name.topic())
                .map(TopicImage::id)
                .map(id -> new PartitionId(id, name.partition()));
    }

    private List<PartitionName> names(List<PartitionId> partitions) {
        List<PartitionName> names = new ArrayList<>();
        for (PartitionName name : clients.names()) {
            if (id(name).filter(partitions::contains).isPresent()) {
                names.add(name);
            }
        }
        return names;
    }

    private long highWatermark(PartitionId partition) {
        return cluster.replicas(partition).stream()
                .filter(ReplicaView::leadsByController)
                .map(ReplicaView::status)
                .flatMap(Optional::stream)
                .mapToLong(PartitionStatus::highWatermark)
                .max()
                .orElse(Long.MAX_VALUE);
    }
}
