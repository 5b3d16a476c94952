package io.flotilla.server;

import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.metadata.LocalLogs;
import io.flotilla.broker.partition.PartitionEvents;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicas whose log failed in this run: tells operators, and counts them among the lost ones, so that the controller
 * lets others lead (R19). Where a disk failed they stay offline until the broker is restarted, which recovers what can
 * be recovered; where bytes were found damaged they are fetched anew. Any thread.
 */
public final class OfflineReplicas implements PartitionEvents {
    private static final Logger LOG = LoggerFactory.getLogger(OfflineReplicas.class);

    private final Set<PartitionId> offline = new ConcurrentSkipListSet<>();
    private final Runnable onLost;
    private final Consumer<PartitionId> onReplaceable;

    /**
     * @param onLost tells the controller at once; must hand off
     * @param onReplaceable sees whether a damaged log may be given up for a new one; must hand off
     */
    public OfflineReplicas(Runnable onLost, Consumer<PartitionId> onReplaceable) {
        this.onLost = onLost;
        this.onReplaceable = onReplaceable;
    }

    @Override
    public void onOffline(PartitionId partition, DiskException cause) {
        LOG.error("partition {} is offline on this broker until it is restarted; check the disk", partition, cause);
        offline.add(partition);
        onLost.run();
    }

    @Override
    public void onDamaged(PartitionId partition, LogDamage damage) {
        LOG.error(
                "the log of partition {} on this broker is damaged from offset {} on: {}. It takes no writes and serves"
                        + " nobody from now on, and the controller is told. Where another replica has the records it"
                        + " leads, and this one is fetched anew, the damaged files kept beside it under a name that"
                        + " ends in .damaged-N; where none has, nothing is deleted or overwritten. Check the disk and"
                        + " the memory of this host",
                partition,
                damage.offset(),
                damage.description());
        onLost.run();
        onReplaceable.accept(partition);
    }

    /** The controller goes by what it was told last, which may be half a second old. */
    @Override
    public void onReplaced(PartitionId partition) {
        onLost.run();
    }

    @Override
    public void onFull(PartitionId partition, DiskException cause) {
        LOG.warn(
                "partition {} cannot follow its leader: {}. It goes on by itself once there is space; until then it"
                        + " falls behind and may leave the in-sync replicas",
                partition,
                cause.getMessage());
    }

    @Override
    public void onCommittedTruncated(PartitionId partition, long offset, long highWatermark) {
        LOG.error(
                "partition {} dropped records from offset {} although all below {} were committed: an unclean election"
                        + " chose a leader without them",
                partition,
                offset,
                highWatermark);
    }

    @Override
    public void onAnswerDiscarded(PartitionId partition, String reason) {
        LOG.debug("partition {} dropped an answer of its leader: {}", partition, reason);
    }

    /** The logs as the controller is to hear of them. */
    public LocalLogs reportedWith(LocalLogs logs) {
        return new LocalLogs() {
            @Override
            public List<DirectoryMark> mark(IncarnationId incarnation) {
                return logs.mark(incarnation);
            }

            @Override
            public void registered(long brokerEpoch) {
                logs.registered(brokerEpoch);
            }

            @Override
            public List<PartitionId> lost() {
                TreeSet<PartitionId> lost = new TreeSet<>(logs.lost());
                lost.addAll(offline);
                return List.copyOf(lost);
            }

            @Override
            public List<DirectoryId> failedDirectories() {
                return logs.failedDirectories();
            }

            @Override
            public CompletionStage<Void> drain() {
                return logs.drain();
            }
        };
    }
}
