package io.flotilla.broker.metadata;

import io.flotilla.broker.metadata.LocalChange.Abandon;
import io.flotilla.broker.metadata.LocalChange.Follow;
import io.flotilla.broker.metadata.LocalChange.Lead;
import io.flotilla.broker.metadata.LocalChange.Remove;
import io.flotilla.broker.metadata.LocalChange.Role;
import io.flotilla.broker.metadata.LocalChange.Update;
import io.flotilla.broker.partition.Loop;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.PartitionConfig;
import io.flotilla.broker.partition.PartitionPorts;
import io.flotilla.broker.partition.PartitionSettings;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this broker's replicas what the metadata says they are: makes and deletes logs, starts and stops partitions,
 * and tells each its role. The first listener of the applied metadata, which never waits for a disk: a replica without
 * a log gets its role once that is made. Everything happens on the metadata loop, except what is marked. The wiring
 * stops it before it closes the loops and the directories.
 */
public final class BrokerReplicas implements MetadataListener, LocalLogs {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerReplicas.class);

    private final Parts parts;
    private final LocalChanges changes;
    /** The role that each assigned replica should have. */
    private final Map<PartitionId, Role> roles = new TreeMap<>();
    /** Replicas whose logs are being made, deleted or replaced, with what is to be done after: roles wait. */
    private final Map<PartitionId, Queue<Runnable>> atDisk = new TreeMap<>();

    private final NewLogs newLogs;

    private final List<CompletableFuture<Void>> drains = new ArrayList<>();
    /** Completes once stopped and no log is made, deleted or replaced any more. */
    private final CompletableFuture<Void> diskDone = new CompletableFuture<>();

    /** Of the run before this one. */
    private final long previousBrokerEpoch;

    private long ownBrokerEpoch = -1;
    private boolean straysSeenTo;
    private boolean draining;
    private boolean stopped;

    /**
     * What replicas are made of.
     *
     * @param metadataLoop the metadata follower's loop
     * @param disk makes, deletes and replaces logs, which blocks; a bug that it lets through stops the process
     * @param partitionLoops owners of the partitions, which are hashed onto them; at least one
     */
    public record Parts(
            ControlLoop metadataLoop,
            Executor disk,
            LocalDirectories directories,
            ReplicaRegistry registry,
            List<? extends Loop> partitionLoops,
            PartitionPorts ports,
            PartitionSettings settings) {
        public Parts {
            partitionLoops = List.copyOf(partitionLoops);
        }
    }

    /** @param changes of this run of the broker */
    public BrokerReplicas(Parts parts, LocalChanges changes) {
        this.parts = parts;
        this.changes = changes;
        this.previousBrokerEpoch = parts.directories().oldestBrokerEpoch();
        this.newLogs = new NewLogs(parts.metadataLoop(), parts.disk(), parts.directories(), this::made);
    }

    @Override
    public void onChange(MetadataChange change) {
        if (stopped) {
            return;
        }
        if (change.beginsHistory()) {
            LOG.warn(
                    "the metadata was recovered from a lost majority and begins a new history, {} after {}: what was"
                            + " decided last may be lost, such as the newest topics; their logs are kept",
                    change.after().historyId(),
                    change.before().historyId());
        }
        ownBrokerEpoch = ownBrokerEpoch(change.after());
        Set<PartitionId> touched = new LinkedHashSet<>();
        for (LocalChange one : changes.of(change)) {
            touched.add(one.id());
            note(one);
        }
        touched.forEach(this::settle);
        completeDrains();
        seeToStrays(change.after());
    }

    /**
     * Logs that an earlier run left and nobody is assigned here. A replica that was moved away meanwhile is removed, as
     * if this broker had been there. Other logs are kept: whether their topic was deleted, or metadata was lost with a
     * majority since this broker last registered, nobody here can tell.
     */
    private void seeToStrays(MetadataImage image) {
        if (straysSeenTo || !changes.registered(image)) {
            return;
        }
        straysSeenTo = true;
        boolean sameHistory =
                MetadataImage.recoveriesBefore(previousBrokerEpoch) == MetadataImage.recoveriesBefore(image.revision());
        List<PartitionId> kept = new ArrayList<>();
        for (PartitionId id : parts.directories().logs()) {
            if (roles.containsKey(id) || atDisk.containsKey(id)) {
                continue;
            }
            if (sameHistory && image.topics().partition(id).isPresent()) {
                LOG.info("partition {} was moved to other brokers while this one was away: its log is deleted", id);
                note(new Remove(id));
            } else {
                kept.add(id);
            }
        }
        if (!kept.isEmpty()) {
            LOG.warn(
                    "{} logs belong to no partition that is assigned to this broker and are left as they are: {}",
                    kept.size(),
                    kept);
        }
    }

    private void note(LocalChange change) {
        if (change instanceof Remove) {
            roles.remove(change.id());
            retire(change.id(), () -> parts.directories().delete(change.id()));
        } else if (change instanceof Abandon) {
            roles.remove(change.id());
            retire(
                    change.id(),
                    () -> LOG.warn("the log of partition {}, which the metadata lost, is kept", change.id()));
        } else if (change instanceof Update update) {
            roles.computeIfPresent(change.id(), (id, role) -> role.on(update.partition()));
        } else if (change instanceof Role role) {
            roles.put(change.id(), role);
        }
    }

    /** Gives a replica the role that it should have, as far as its log allows. */
    private void settle(PartitionId id) {
        Role role = roles.get(id);
        if (role == null || atDisk.containsKey(id) || stopped) {
            return;
        }
        LocalPartition local = role.partition();
        if (parts.directories().isMissing(id)) {
            atDisk.put(id, new ArrayDeque<>());
            newLogs.make(id, local.topic());
            return;
        }
        if (role instanceof Follow
                && !local.countsOn(parts.ports().brokerId())
                && parts.directories().isReplaceable(id)) {
            LOG.warn("the log of partition {} of topic {} was lost; it is fetched anew", id, local.topic());
            retire(id, () -> {
                parts.directories().replace(id, local.topic());
                parts.ports().events().onReplaced(id);
            });
            return;
        }
        Partition partition = parts.registry().find(id).orElse(null);
        if (partition == null) {
            LocalDirectories.OpenLog log = parts.directories().log(id).orElse(null);
            if (log == null) {
                return;
            }
            partition = new Partition(
                    new PartitionConfig(
                            id, log.log(), log.flusher(), log.space(), loopOf(id), parts.ports(), parts.settings()),
                    local.bounds());
            parts.registry().add(partition);
        }
        give(partition, role);
    }

    private void give(Partition partition, Role role) {
        LocalPartition local = role.partition();
        partition.configure(local.bounds());
        if (role instanceof Lead) {
            partition.becomeLeader(local.committed(), ownBrokerEpoch);
            if (draining) {
                partition.drain();
            } else if (local.state().plan().movesLeader()) {
                partition.drainAsPlanned();
            } else {
                partition.endDrain();
            }
        } else if (role instanceof Follow) {
            partition.becomeFollower(local.assignment(parts.ports().brokerId()));
        } else {
            partition.becomeFollower(local.assignmentToNobody(parts.ports().brokerId()));
        }
    }

    /** Stops a replica if it runs, then does something to its log, off the loops; its role waits meanwhile. */
    private void retire(PartitionId id, Runnable step) {
        Queue<Runnable> later = atDisk.get(id);
        if (later != null) {
            later.add(step);
            return;
        }
        atDisk.put(id, new ArrayDeque<>());
        parts.registry()
                .find(id)
                .ifPresentOrElse(
                        partition -> {
                            parts.registry().remove(id);
                            partition.stop(() -> onDisk(id, step));
                        },
                        () -> onDisk(id, step));
    }

    private void onDisk(PartitionId id, Runnable step) {
        parts.disk().execute(() -> {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "the log of partition {} was not deleted or replaced in full, which is a bug: restart this"
                                + " node, which finishes it, and report the stack below",
                        id,
                        e);
                throw e;
            } finally { // or the replica would wait for ever, and a stop of the broker with it
                parts.metadataLoop().execute(() -> doneAtDisk(id));
            }
        });
    }

    /** Without a log no directory is left for it: tried again when the metadata next speaks of it. */
    private void made(PartitionId id) {
        if (isFree(id) && !parts.directories().isMissing(id)) {
            settle(id);
        }
    }

    private void doneAtDisk(PartitionId id) {
        if (isFree(id)) {
            settle(id);
        }
    }

    /** Whether nothing is left to do at the disk; else the next step is under way. */
    private boolean isFree(PartitionId id) {
        Runnable next = Objects.requireNonNull(atDisk.get(id), "a log that nobody makes, deletes or replaces")
                .poll();
        if (next != null) {
            onDisk(id, next);
            return false;
        }
        atDisk.remove(id);
        if (stopped && atDisk.isEmpty()) {
            diskDone.complete(null);
        }
        return true;
    }

    private Loop loopOf(PartitionId id) {
        return parts.partitionLoops()
                .get(Math.floorMod(id.hashCode(), parts.partitionLoops().size()));
    }

    private long ownBrokerEpoch(MetadataImage image) {
        return image.brokers()
                .broker(parts.ports().brokerId())
                .map(BrokerRegistration::epoch)
                .orElse(-1L);
    }

    /**
     * The log of a replica was found damaged while it was used: where nobody counts on the replica any more, no change
     * of the metadata will say so. Any thread.
     */
    public void onDamaged(PartitionId id) {
        parts.metadataLoop().execute(() -> settle(id));
    }

    // ---- what the lifecycle asks; any thread -----------------------------------------------------------------------

    @Override
    public List<DirectoryMark> mark(IncarnationId incarnation) {
        return parts.directories().mark(incarnation);
    }

    @Override
    public void registered(long brokerEpoch) {
        parts.directories().registered(brokerEpoch);
    }

    @Override
    public List<PartitionId> lost() {
        return parts.directories().lost();
    }

    @Override
    public List<DirectoryId> failedDirectories() {
        return parts.directories().failed();
    }

    /** Leaderships that nobody in sync could take over are not waited for. */
    @Override
    public CompletionStage<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        parts.metadataLoop().execute(() -> {
            draining = true;
            drains.add(drained);
            movable().forEach(id -> parts.registry().find(id).ifPresent(Partition::drain));
            completeDrains();
        });
        return drained;
    }

    private void completeDrains() {
        if (!drains.isEmpty() && movable().isEmpty()) {
            drains.forEach(drained -> drained.complete(null));
            drains.clear();
        }
    }

    private Collection<PartitionId> movable() {
        return roles.values().stream()
                .filter(role -> role instanceof Lead lead
                        && lead.partition().state().isr().size() > 1)
                .map(LocalChange::id)
                .toList();
    }

    /** Stops all replicas, for good; completes when nothing touches their logs any more. */
    public CompletionStage<Void> stop() {
        CompletableFuture<Void> all = new CompletableFuture<>();
        parts.metadataLoop().execute(() -> {
            stopped = true;
            List<CompletableFuture<Void>> stops = new ArrayList<>();
            stops.add(diskDone);
            if (atDisk.isEmpty()) {
                diskDone.complete(null);
            }
            for (Partition partition : parts.registry().all()) {
                CompletableFuture<Void> done = new CompletableFuture<>();
                stops.add(done);
                parts.registry().remove(partition.id());
                partition.stop(() -> done.complete(null));
            }
            CompletionStage<Void> last = CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new));
            last.thenRun(() -> all.complete(null));
        });
        return all;
    }
}
