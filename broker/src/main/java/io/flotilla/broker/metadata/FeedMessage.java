package io.flotilla.broker.metadata;

import io.flotilla.model.delta.MetadataRecord;
import java.util.List;

/** What a metadata feed says. */
public sealed interface FeedMessage {
    /**
     * A part of the image at {@code revision}, as records that build it from nothing.
     *
     * @param last whether it completes the image
     */
    record SnapshotPart(String historyId, long revision, List<MetadataRecord> records, boolean last)
            implements FeedMessage {
        public SnapshotPart {
            records = List.copyOf(records);
        }
    }

    /**
     * A part of one revision.
     *
     * @param last whether it completes the revision
     */
    record DeltaPart(long previousRevision, long revision, List<MetadataRecord> records, boolean last)
            implements FeedMessage {
        public DeltaPart {
            records = List.copyOf(records);
        }
    }

    /**
     * The feed is alive, and complete up to {@code revision}.
     *
     * @param controllerId node id of the active controller, or -1 where unknown
     * @param controllerEndpoint its internal listener as "host:port"; empty where unknown
     */
    record Progress(long revision, int controllerId, String controllerEndpoint) implements FeedMessage {}
}
