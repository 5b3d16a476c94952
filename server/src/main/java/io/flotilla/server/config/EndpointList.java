package io.flotilla.server.config;

import io.flotilla.model.id.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Text of the form {@code host:port,host:port}. */
final class EndpointList {
    private EndpointList() {}

    static List<Endpoint> parse(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        return Arrays.stream(text.split(",", -1)).map(EndpointList::reachable).toList();
    }

    /** One endpoint that another node can connect to. */
    static Endpoint reachable(String text) {
        Endpoint endpoint = Endpoint.parse(text.trim());
        if (endpoint.isWildcard()) {
            throw new IllegalArgumentException("others cannot connect to " + endpoint + "; name the host");
        }
        return endpoint;
    }

    static Optional<String> defect(String text) {
        try {
            parse(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("must be host:port,host:port: " + e.getMessage());
        }
    }
}
