package io.flotilla.sim.check;

import io.flotilla.broker.log.DirectorySettings;
import io.flotilla.broker.log.LogConfig;
import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;

/** A log of the product, on a simulated disk. */
final class RealLog {
    private RealLog() {}

    /** One that a follower has filled with these batches. */
    static PartitionLog with(WrittenBatches batches) {
        DirectoryId id = new DirectoryId(new UUID(9, 9));
        LogDirectory directory = LogDirectory.open(
                new SimulatedDisk("disk"),
                new DirectorySettings("cluster", 1, id, LogConfig.DEFAULT),
                Runnable::run,
                failure -> {});
        directory.create(Map.of(HandMadeCluster.PARTITION, "t"));
        PartitionLog log = directory.openLog(HandMadeCluster.PARTITION);
        log.appendAsFollower(ByteBuffer.wrap(batches.bytes()), Integer.MAX_VALUE);
        return log;
    }
}
