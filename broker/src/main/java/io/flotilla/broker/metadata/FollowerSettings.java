package io.flotilla.broker.metadata;

import io.flotilla.model.id.Endpoint;
import java.util.List;

/**
 * Where and how patiently a broker follows the metadata.
 *
 * @param nodes the quorum's nodes, the preferred one (the node in the same process) first
 * @param backoff between attempts
 * @param silenceNanosMax a stream that says nothing for this long is given up; several of the feed's idle intervals
 */
public record FollowerSettings(List<Endpoint> nodes, Backoff backoff, long silenceNanosMax) {
    private static final long SILENCE_NANOS = 2_000_000_000L;

    public FollowerSettings {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("the metadata can be followed only from at least one quorum node");
        }
        if (silenceNanosMax <= 0) {
            throw new IllegalArgumentException("silenceNanosMax " + silenceNanosMax + " must be positive");
        }
    }

    /** 20 to 200 ms between attempts; two seconds of silence. */
    public static FollowerSettings of(List<Endpoint> nodes) {
        return new FollowerSettings(nodes, Backoff.fast(), SILENCE_NANOS);
    }
}
