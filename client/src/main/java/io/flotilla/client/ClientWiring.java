package io.flotilla.client;

import io.flotilla.client.internal.loop.ClientLoop;
import io.flotilla.client.internal.rpc.TransportWiring;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/** What a client is built from: its clock, its thread, its network. */
final class ClientWiring {
    private ClientWiring() {}

    static Clock clock() {
        return new SystemClock();
    }

    /** Chance for pauses and for the choice of brokers and partitions; nothing secret depends on it. */
    static RandomGenerator random() {
        return new SplittableRandom();
    }

    /** 16 random bytes that make the attempts of one change recognisable. */
    static byte[] requestId() {
        UUID id = UUID.randomUUID();
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** An id that no other member of a group has. */
    static String memberId() {
        return UUID.randomUUID().toString();
    }

    static ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    static ClientLoop loop(String name, ClientLoop.Body body) {
        return new ClientLoop(threads(name), clock(), body);
    }

    static TransportWiring transport(ClientConfig config) {
        return new TransportWiring(config.clientId());
    }
}
