package io.flotilla.server;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicas whose log failed in this run: tells operators, and counts them among the lost ones, so that the controller
 * lets others lead (R19). They stay offline until the broker is restarted, which recovers what can be recovered. Any
 * thread.
 */
public final class OfflineReplicas implements PartitionEvents {
    private static final Logger LOG = LoggerFactory.getLogger(OfflineReplicas.class);

    private final Set<PartitionId> offline = new ConcurrentSkipListSet<>();
    private final Runnable onLost;

    /** @param onLost tells the controller at once; must hand off */
    public OfflineReplicas(Runnable onLost) {
        this.onLost = onLost;
    }

    @Override
    public void onOffline(PartitionId partition, DiskException cause) {
        LOG.error("partition {} is offline on this broker until it is restarted; check the disk", partition, cause);
        offline.add(partition);
        onLost.run();
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
