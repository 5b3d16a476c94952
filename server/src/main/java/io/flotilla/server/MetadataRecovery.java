package io.flotilla.server;

import io.flotilla.model.image.MetadataImage;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.command.DeltaListener;
import io.flotilla.quorum.raft.LostMajority;
import io.flotilla.quorum.raft.LostMajority.Survivor;
import io.flotilla.quorum.raft.Voter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Recovers a metadata quorum that has lost its majority for good, from the directory of one voter that is left and does
 * not run.
 */
public final class MetadataRecovery {
    private MetadataRecovery() {}

    /**
     * What was found, and done.
     *
     * @param voters of the quorum, as "id@host:port"
     * @param term of the last entry in the log
     * @param index of the last entry in the log
     * @param writtenAtMs when anything was last written to the log, milliseconds since the Unix epoch
     * @param revision of the metadata as found
     * @param backup where the storage of before is; empty where nothing was changed
     */
    public record Report(
            int nodeId,
            String clusterId,
            List<String> voters,
            long term,
            long index,
            long writtenAtMs,
            long revision,
            String historyId,
            int topics,
            int brokers,
            boolean alone,
            Optional<Path> backup) {}

    /**
     * Looks at what the survivor has.
     *
     * @throws IOException when the directory is in use, is none of a voter, or is damaged; the message says what to do
     */
    public static Report inspect(Path directory) throws IOException {
        try (LostMajority lost = LostMajority.open(directory)) {
            ControllerState state = new ControllerState(new Silent());
            return report(lost.replay(state), state.image(), Optional.empty());
        }
    }

    /**
     * Makes the survivor the only voter of a new quorum with a new history; without effect where it is that already.
     */
    public static Report recover(Path directory) throws IOException {
        try (LostMajority lost = LostMajority.open(directory)) {
            Optional<Path> finished = lost.finishInterrupted();
            ControllerState state = new ControllerState(new Silent());
            Survivor survivor = lost.replay(state);
            Report found = report(survivor, state.image(), finished);
            if (survivor.isAlone()) {
                return found;
            }
            UUID quorum = UUID.randomUUID();
            state.beginHistory(quorum.toString());
            Path backup = lost.found(quorum, state.capture());
            return report(survivor, state.image(), Optional.of(backup));
        }
    }

    private static Report report(Survivor survivor, MetadataImage image, Optional<Path> backup) {
        return new Report(
                survivor.identity().nodeId(),
                survivor.identity().clusterId(),
                survivor.voters().stream().map(Voter::toString).toList(),
                survivor.term(),
                survivor.index(),
                survivor.writtenAtMs(),
                image.revision(),
                image.historyId(),
                image.topics().byName().size(),
                image.brokers().all().size(),
                survivor.isAlone(),
                backup);
    }

    /** Nobody follows the metadata while it is recovered. */
    private static final class Silent implements DeltaListener {
        @Override
        public void applied(AppliedDelta applied) {
            // The report reads the image at the end.
        }

        @Override
        public void loaded(MetadataImage image) {
            // As above.
        }
    }
}
