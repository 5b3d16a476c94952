package io.flotilla.broker.metadata;

import io.flotilla.model.id.Endpoint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * For how long nobody has told a broker the metadata, and what became of the attempts: a sentence for its operator.
 *
 * @param seconds since the outage began
 * @param revision of the metadata that the broker goes on with; 0 for none
 * @param reasons why the last attempt at each quorum node failed, in the order in which they were tried
 */
public record FeedOutage(long seconds, long revision, Map<Endpoint, String> reasons) {
    public FeedOutage {
        reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
    }

    @Override
    public String toString() {
        return "no quorum node has told this broker the metadata for " + seconds + " s; it goes on with "
                + (revision > 0 ? "revision " + revision : "none, and serves nothing") + " and keeps trying. Tried: "
                + reasons.entrySet().stream()
                        .map(tried -> tried.getKey() + " (" + tried.getValue() + ")")
                        .collect(Collectors.joining(", "))
                + ". Check that the nodes of controller.quorum.bootstrap.servers run, and that this host reaches them";
    }
}
