package io.flotilla.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.time.SystemClock;
import io.flotilla.server.config.NodeConfig;
import io.flotilla.server.config.ServerProperties;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker leaves on its disks when it stops. */
class BrokerRoleTest {
    private static final String CLEAN_STOP = ".clean-stop";
    private static final long PATIENT_MS = 10_000;
    private static final long IMPATIENT_MS = 50;

    @TempDir
    Path directory;

    private final LastResort lastResort = new LastResort();
    private final NodeThreads threads = new NodeThreads(lastResort);

    @AfterEach
    void endThreads() {
        threads.close();
    }

    @Test
    void aBrokerThatStoppedInGoodOrderLeavesItsDirectoriesMarkedClean() throws Exception {
        BrokerRole broker = BrokerRole.open(base(), lastResort, PATIENT_MS);
        assertThat(directory.resolve(CLEAN_STOP)).doesNotExist();

        broker.close();

        assertThat(directory.resolve(CLEAN_STOP)).exists();
    }

    @Test
    void oneWhosePartitionsDidNotStopInTimeLeavesThemAsAfterACrash() throws Exception {
        BrokerBase base = base();
        BrokerRole broker = BrokerRole.open(base, lastResort, IMPATIENT_MS);
        CountDownLatch stuck = new CountDownLatch(1);
        base.metadataLoop.execute(() -> awaitEnd(stuck));

        broker.close();

        assertThat(directory.resolve(CLEAN_STOP)).doesNotExist();
        stuck.countDown();
    }

    private BrokerBase base() throws Exception {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "node.id", "1",
                "cluster.id", "test",
                "controller.quorum.voters", "1@127.0.0.1:9094",
                "controller.quorum.bootstrap.servers", "127.0.0.1:9093",
                "log.dirs", directory.toString()));
        NodeConfig config = NodeConfig.of("test", ServerProperties.of("test", properties, Map.of()));
        return new BrokerBase(config, new SystemClock(), threads);
    }

    private static void awaitEnd(CountDownLatch stuck) {
        try {
            stuck.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
