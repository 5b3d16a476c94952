package io.flotilla.server;

import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import io.flotilla.server.config.NodeConfig;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node of a cluster with its roles: built in dependency order, closed in reverse. */
final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodeConfig config;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private @Nullable ControllerRole controller;
    private @Nullable BrokerRole broker;

    private Node(NodeConfig config) {
        this.config = config;
    }

    /** Starts the node; throws StartupException, with nothing left running, when it cannot. */
    static Node start(NodeConfig config, LastResort lastResort) throws StartupException {
        Node node = new Node(config);
        try {
            node.open(lastResort);
            return node;
        } catch (StartupException | RuntimeException e) {
            node.closeAll();
            throw e;
        }
    }

    private void open(LastResort lastResort) throws StartupException {
        LOG.info(
                "node {} of cluster {} starts as {}{}",
                config.nodeId(),
                config.clusterId(),
                config.broker() ? "broker" : "",
                config.controller() ? (config.broker() ? " and controller" : "controller") : "");
        config.remarks().forEach(LOG::warn);
        Clock clock = new SystemClock();
        NodeThreads threads = opened(new NodeThreads(lastResort));
        List<ServerServiceDefinition> internal = new ArrayList<>();
        if (config.broker()) {
            broker = opened(BrokerRole.open(config, clock, threads, lastResort));
            internal.addAll(broker.internalServices());
        }
        if (config.controller()) {
            controller = opened(controller(clock, threads, lastResort));
            controller.services().stream().map(BindableService::bindService).forEach(internal::add);
        }
        listen(BrokerRegistration.INTERNAL_LISTENER, internal);
        if (broker != null) {
            listen(BrokerRegistration.CLIENT_LISTENER, broker.clientServices());
            broker.start();
        }
    }

    private ControllerRole controller(Clock clock, NodeThreads threads, LastResort lastResort) throws StartupException {
        try {
            return ControllerRole.start(config, clock, threads, lastResort);
        } catch (IOException e) {
            throw new StartupException("the metadata quorum cannot be joined: " + e.getMessage(), e);
        }
    }

    private void listen(String name, List<ServerServiceDefinition> services) throws StartupException {
        opened(Listener.open(name, config.listeners().bound(name), services));
        LOG.info("{} listener on {}", name, config.listeners().bound(name));
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    /** Hands over what this node leads, then stops. */
    @Override
    public void close() {
        LOG.info("node {} stops", config.nodeId());
        if (broker != null) {
            broker.leave();
        }
        if (controller != null) {
            controller.stepDown();
            controller.endStreams();
        }
        closeAll();
        LOG.info("node {} stopped", config.nodeId());
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close in good order", part.getClass().getSimpleName(), e);
            }
        }
    }
}
