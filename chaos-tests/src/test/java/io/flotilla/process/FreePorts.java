package io.flotilla.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of this host that nobody listens on. They lie below the range from which the kernel takes the local ports of
 * outgoing connections: one of those could sit on the port of a killed node, or connect to itself, before its restart.
 */
final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int END = 32_000;

    private FreePorts() {}

    /** So many different ports, all free a moment ago. */
    static List<Integer> take(int count) {
        List<Integer> ports = new ArrayList<>();
        int candidate = ThreadLocalRandom.current().nextInt(FIRST, END);
        for (int tried = 0; ports.size() < count; tried++) {
            if (tried > END - FIRST) {
                throw new IllegalStateException("no " + count + " free ports from " + FIRST + " to " + END);
            }
            if (isFree(candidate)) {
                ports.add(candidate);
            }
            candidate = candidate + 1 < END ? candidate + 1 : FIRST;
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
