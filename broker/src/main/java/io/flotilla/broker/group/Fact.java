package io.flotilla.broker.group;

import io.flotilla.model.id.PartitionId;
import org.jspecify.annotations.Nullable;

/** What a record says: the value of a key from now on, or, where the value is null, that the key has none any more. */
sealed interface Fact {
    String group();

    record Header(String group, @Nullable StoredHeader value) implements Fact {}

    record Member(String group, String memberId, @Nullable StoredMember value) implements Fact {}

    record Target(String group, String memberId, @Nullable PartitionSet value) implements Fact {}

    record Offset(
            String group, PartitionId partition, @Nullable StoredOffset value) implements Fact {}
}
