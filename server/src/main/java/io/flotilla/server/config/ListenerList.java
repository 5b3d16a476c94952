package io.flotilla.server.config;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Text of the form {@code CLIENT://host:port,INTERNAL://host:port}. */
final class ListenerList {
    private static final List<String> NAMES =
            List.of(BrokerRegistration.CLIENT_LISTENER, BrokerRegistration.INTERNAL_LISTENER, NodeConfig.RAFT_LISTENER);

    private ListenerList() {}

    static Map<String, Endpoint> parse(String text) {
        Map<String, Endpoint> listeners = new LinkedHashMap<>();
        if (text.isBlank()) {
            return listeners;
        }
        for (String part : text.split(",", -1)) {
            int scheme = part.indexOf("://");
            if (scheme < 0) {
                throw new IllegalArgumentException("'" + part.trim() + "' is not NAME://host:port");
            }
            String name = part.substring(0, scheme).trim();
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException(
                        "listener name '" + name + "' is unknown; known are " + String.join(", ", NAMES));
            }
            if (listeners.put(name, Endpoint.parse(part.substring(scheme + 3).trim())) != null) {
                throw new IllegalArgumentException("listener " + name + " is there twice");
            }
        }
        return listeners;
    }

    static Optional<String> defect(String text) {
        try {
            parse(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
