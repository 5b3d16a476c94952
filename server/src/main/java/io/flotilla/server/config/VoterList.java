package io.flotilla.server.config;

import io.flotilla.model.id.Endpoint;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Text of the form {@code id@host:port,id@host:port}. */
final class VoterList {
    private static final int VOTERS_MAX = 5;

    private VoterList() {}

    static Map<Integer, Endpoint> parse(String text) {
        Map<Integer, Endpoint> voters = new TreeMap<>();
        if (text.isBlank()) {
            return voters;
        }
        for (String part : text.split(",", -1)) {
            int at = part.indexOf('@');
            if (at < 1) {
                throw new IllegalArgumentException("'" + part.trim() + "' is not id@host:port");
            }
            int id;
            try {
                id = Integer.parseInt(part.substring(0, at).trim());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + part.trim() + "' is not id@host:port", e);
            }
            if (voters.put(id, EndpointList.reachable(part.substring(at + 1))) != null) {
                throw new IllegalArgumentException("voter " + id + " is there twice");
            }
        }
        if (voters.size() > VOTERS_MAX) {
            throw new IllegalArgumentException(
                    voters.size() + " voters are too many; at most " + VOTERS_MAX + ", three or five by custom");
        }
        return voters;
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
