package io.flotilla.model.image;

import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One run of a broker as the controller knows it.
 *
 * @param brokerId the node's id, at least 0
 * @param incarnation identity of the process
 * @param epoch revision of this registration; rises with every incarnation
 * @param rack failure domain for placement
 * @param listeners endpoints by listener name, in the order of the names
 * @param features feature levels that the process understands
 * @param logDirs its log directories
 * @param fenced a fenced broker leads nothing and is in no ISR
 * @param shuttingDown the broker drains: it gets no new leadership and joins no ISR
 */
public record BrokerRegistration(
        int brokerId,
        IncarnationId incarnation,
        long epoch,
        Optional<String> rack,
        Map<String, Endpoint> listeners,
        FeatureRange features,
        List<DirectoryId> logDirs,
        boolean fenced,
        boolean shuttingDown) {
    /** Name of the listener for clients. */
    public static final String CLIENT_LISTENER = "CLIENT";
    /** Name of the listener for brokers and controllers. */
    public static final String INTERNAL_LISTENER = "INTERNAL";

    public BrokerRegistration {
        listeners = Collections.unmodifiableMap(new TreeMap<>(listeners));
        logDirs = List.copyOf(logDirs);
    }

    /** Whether it may lead and be in an ISR. */
    public boolean eligible() {
        return !fenced && !shuttingDown;
    }

    public Optional<Endpoint> listener(String name) {
        return Optional.ofNullable(listeners.get(name));
    }

    public BrokerRegistration withFenced(boolean now) {
        return new BrokerRegistration(
                brokerId, incarnation, epoch, rack, listeners, features, logDirs, now, shuttingDown);
    }

    public BrokerRegistration withShuttingDown(boolean now) {
        return new BrokerRegistration(brokerId, incarnation, epoch, rack, listeners, features, logDirs, fenced, now);
    }
}
