package io.flotilla.server;

import io.flotilla.server.config.ConfigException;
import io.flotilla.server.config.NodeConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Runs one node until the process is told to end. */
public final class ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    private ServerProcess() {}

    /** Sends what libraries log through java.util.logging to the one log of the process. */
    public static void bridgeLogs() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /**
     * Starts the node and returns when it has stopped.
     *
     * @param environment overrides of the file, such as FLOTILLA_LOG_DIRS
     * @return exit code: 0 after a clean stop, 1 when the node could not start
     */
    public static int run(Path file, Map<String, String> environment) {
        bridgeLogs();
        LastResort lastResort = new LastResort();
        Thread.setDefaultUncaughtExceptionHandler(lastResort);
        Node node;
        try {
            node = Node.start(NodeConfig.load(file, environment), lastResort);
        } catch (ConfigException | StartupException e) {
            LOG.error("cannot start: {}", e.getMessage());
            LOG.debug("the cause", e);
            return 1;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            node.close();
                            stopped.countDown();
                        },
                        "shutdown"));
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
