package io.flotilla.chaos.carry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The processes of a cluster that start-cluster.sh started on this host. */
final class NodeProcesses {
    private static final int EXIT_SECONDS_MAX = 10;

    private final Path clusterDir;

    NodeProcesses(Path clusterDir) {
        this.clusterDir = clusterDir;
    }

    /**
     * Kills a node with SIGKILL and waits until it is gone.
     *
     * @return its process id
     * @throws IOException when there is no such process
     */
    long kill(int node) throws IOException {
        Path file = clusterDir.resolve("node-" + node).resolve("pid");
        long pid = Long.parseLong(Files.readString(file).trim());
        ProcessHandle process = ProcessHandle.of(pid)
                .orElseThrow(() -> new IOException("node " + node + " is not running: no process " + pid));
        if (!process.destroyForcibly()) {
            throw new IOException("could not kill node " + node + ", process " + pid);
        }
        try {
            process.onExit().get(EXIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("node " + node + ", process " + pid + ", survives its kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while node " + node + " dies", e);
        }
        return pid;
    }
}
