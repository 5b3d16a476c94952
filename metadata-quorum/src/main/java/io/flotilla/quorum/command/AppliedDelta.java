package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.image.MetadataImage;
import java.util.List;

/**
 * One revision as it came into being.
 *
 * @param delta what changed
 * @param image the metadata after it
 * @param decidedAtMs when the active controller took the command, milliseconds since the Unix epoch
 * @param cause what the command was about, for people
 * @param riskyElections leaders chosen although committed records may be missing
 */
public record AppliedDelta(
        MetadataDelta delta, MetadataImage image, long decidedAtMs, String cause, List<RiskyElection> riskyElections) {
    public AppliedDelta {
        riskyElections = List.copyOf(riskyElections);
    }
}
