package io.flotilla.server.config;

import io.flotilla.model.id.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Text of the form {@code host:port,host:port}. */
final class EndpointList {
    private EndpointList() {}

    static List<Endpoint> parse(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .map(Endpoint::parse)
                .toList();
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
