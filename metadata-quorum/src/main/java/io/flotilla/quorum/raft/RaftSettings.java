package io.flotilla.quorum.raft;

import java.io.File;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Read;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.server.RaftServerConfigKeys.Snapshot;
import org.apache.ratis.server.RaftServerConfigKeys.Write;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Every Ratis setting that we depend on, with the reason; what is not listed keeps its default on purpose. */
final class RaftSettings {

    /** Above this a leader cannot send an entry and steps down. Never lower it later: it also bounds log loading. */
    static final int APPENDER_BYTES_MAX = 4 << 20;

    /** A new voter that answers nothing for so long is given up. It may have to load a snapshot before it counts. */
    static final int STAGING_SECONDS = 60;

    private RaftSettings() {}

    /** The longest sleep of a follower before it looks whether a leader was heard, milliseconds. */
    static int electionTimeoutMsMax(RaftProperties properties) {
        return Rpc.timeoutMax(properties).toIntExact(TimeUnit.MILLISECONDS);
    }

    /**
     * @param sparing keep no more log than safety needs; Ratis reads that once, so a node that runs cannot change it
     */
    static RaftProperties of(RaftConfig config, boolean sparing) {
        RaftProperties properties = new RaftProperties();
        storage(properties, config);
        log(properties, sparing ? 0 : config.tuning().snapshots().preservedEntries());
        elections(properties, config.tuning().election(), config.voters().size());
        requests(properties);
        transport(properties, config);
        return properties;
    }

    private static void storage(RaftProperties properties, RaftConfig config) {
        File directory = config.raftDirectory().toFile();
        RaftServerConfigKeys.setStorageDir(properties, List.of(directory));
        // The default lies in /tmp. We never remove groups, but a default must not write there either.
        RaftServerConfigKeys.setRemovedGroupsDir(properties, new File(directory, "removed-groups"));
    }

    private static void log(RaftProperties properties, long preservedEntries) {
        // A metadata entry after each commit doubles entries and fsyncs, only to know the commit index after a restart.
        Log.setLogMetadataEnabled(properties, false);
        // The default waits 1 ms between two appends to the same follower.
        Log.Appender.setWaitTimeMin(properties, TimeDuration.valueOf(0, TimeUnit.MILLISECONDS));
        // A follower that comes back hears its leader within 100 ms or, after a long absence, 1 s. By default it waits
        // up
        // to 5 s, stands for election meanwhile, and the majority that it may belong to waits with it.
        Log.Appender.setRetryPolicy(properties, "1ms,10, 100ms,100, 1s,1000");
        Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(APPENDER_BYTES_MAX));
        // A node of 1 GiB heap shares it with a broker: at most 64 MB of log in memory.
        Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("16MB"));
        Log.setSegmentCacheNumMax(properties, 2);
        Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("64MB"));
        // Without this, one stopped follower keeps everybody's log for ever; it catches up by snapshot instead.
        Log.setPurgeUptoSnapshotIndex(properties, true);
        Log.setPurgePreservationLogNum(properties, preservedEntries);
        // We purge after a snapshot only, so there is nothing to batch; the default leaves 1,024 entries of up to 1
        // MiB.
        Log.setPurgeGap(properties, 1);
        // A damaged log must refuse to start: the other policy drops committed entries anywhere.
        Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.EXCEPTION);
        // An acknowledgement means synced: neither of these may ever be true.
        Log.setUnsafeFlushEnabled(properties, false);
        Log.setAsyncFlushEnabled(properties, false);
        Snapshot.setRetentionFileNum(properties, 3);
        Snapshot.setAutoTriggerEnabled(properties, true);
        Snapshot.setAutoTriggerThreshold(properties, 100_000);
        // The apply thread would have to write it while everybody waits for the stop; the log is on disk anyway.
        Snapshot.setTriggerWhenStopEnabled(properties, false);
    }

    private static void elections(RaftProperties properties, RaftTuning.ElectionTiming timing, int voters) {
        Rpc.setTimeoutMin(properties, millis(timing.timeoutMsMin()));
        Rpc.setTimeoutMax(properties, millis(timing.timeoutMsMax()));
        // A cluster that starts has no leader to disturb: elect soon. Not at once: asking a voter that does not listen
        // yet costs gRPC's wait of a second before it connects again. A voter that is alone has nobody to wait for.
        Rpc.setFirstElectionTimeoutMin(properties, millis(voters == 1 ? 10 : Math.min(300, timing.timeoutMsMin())));
        Rpc.setFirstElectionTimeoutMax(properties, millis(voters == 1 ? 20 : Math.min(800, timing.timeoutMsMax())));
        // A leader that lost its majority resigns and stands for no election for so long. Others get the first chance,
        // but not many: where they lack its newest entry none of them can win, and all wait for it. It is also the
        // pause of the JVM after which a leader resigns; by then others stand anyway.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, millis(timing.timeoutMsMax()));
        // The default gives a new voter three election timeouts.
        RaftServerConfigKeys.setStagingTimeout(properties, TimeDuration.valueOf(STAGING_SECONDS, TimeUnit.SECONDS));
        // Beyond this pause of the JVM Ratis closes the group for good; a suspended laptop is not a reason to.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(10, TimeUnit.MINUTES));
    }

    private static void requests(RaftProperties properties) {
        Read.setOption(properties, Read.Option.LINEARIZABLE);
        Read.setTimeout(properties, TimeDuration.valueOf(3, TimeUnit.SECONDS));
        Write.setElementLimit(properties, 4096);
        Write.setByteLimit(properties, SizeInBytes.valueOf("16MB"));
    }

    private static void transport(RaftProperties properties, RaftConfig config) {
        RaftConfigKeys.Rpc.setType(properties, new QuorumRpc());
        // Without a host Ratis listens on every interface.
        GrpcConfigKeys.Server.setHost(properties, config.listen().getHostString());
        GrpcConfigKeys.Server.setPort(properties, config.listen().getPort());
    }

    private static TimeDuration millis(int millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
