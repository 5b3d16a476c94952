package io.flotilla.broker.coordinator;

import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.PartitionId;

/** Tells changes of the metadata that groups care for from the many that they do not. A function without state. */
final class TopicChanges {
    private TopicChanges() {}

    /** Whether topics came, went or grew. Costs as much as the change is large, whatever the number of topics. */
    static boolean in(MetadataChange change) {
        return change.delta()
                .map(delta -> delta.records().stream().anyMatch(record -> matters(record, change)))
                .orElse(true);
    }

    private static boolean matters(MetadataRecord record, MetadataChange change) {
        if (record instanceof PartitionSet set) {
            return change.before()
                    .topics()
                    .partition(new PartitionId(set.topic(), set.partition()))
                    .isEmpty();
        }
        return record instanceof TopicCreated || record instanceof TopicRemoved;
    }
}
