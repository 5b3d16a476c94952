package io.flotilla.chaos.cluster;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.containers.Network;

/**
 * An internal network: containers on it reach each other and this host, and nothing else. Addresses are fixed, so that
 * a container keeps its own when it is started again. Whoever makes it closes it.
 */
final class PrivateNetwork implements AutoCloseable {
    private static final int ATTEMPTS_MAX = 20;

    private final String prefix;
    private final Network network;

    private PrivateNetwork(String prefix, Network network) {
        this.prefix = prefix;
        this.network = network;
    }

    /** Takes the first range of 10.192.0.0/11 that it draws and the engine does not use yet. */
    static PrivateNetwork create() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int attempt = 1; ; attempt++) {
            String prefix = "10." + random.nextInt(192, 224) + "." + random.nextInt(256) + ".";
            Network network = Network.builder()
                    .createNetworkCmdModifier(command -> command.withInternal(true)
                            .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(prefix + "0/24"))))
                    .build();
            try {
                network.getId();
                return new PrivateNetwork(prefix, network);
            } catch (DockerException e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw new IllegalStateException(
                            "the engine makes no network, the last attempt at " + prefix + "0/24", e);
                }
            }
        }
    }

    Network network() {
        return network;
    }

    /** The address with this last number, 2 to 254. */
    String address(int last) {
        return prefix + last;
    }

    @Override
    public void close() {
        network.close();
    }
}
