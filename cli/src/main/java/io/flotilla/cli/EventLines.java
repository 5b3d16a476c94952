package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.model.time.Clock;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What happens to a verifiable client, a line of JSON each, as Kafka's system tests read it. Safe for any thread. */
final class EventLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final Clock clock;

    EventLines(PrintWriter out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    void print(String name) {
        print(name, Map.of());
    }

    /** @param fields maps, lists, texts and numbers, printed in their order behind the time and the name */
    synchronized void print(String name, Map<String, ?> fields) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("timestamp", clock.wallMs());
        event.put("name", name);
        event.putAll(fields);
        try {
            out.println(JSON.writeValueAsString(event));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        out.flush();
    }
}
