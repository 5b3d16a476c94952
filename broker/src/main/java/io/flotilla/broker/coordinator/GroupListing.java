package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.ListedGroup;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The groups that a broker coordinates.
 *
 * @param groups by partition, then by name
 * @param errors of the partitions whose groups are missing
 */
public record GroupListing(List<ListedGroup> groups, List<FlotillaError> errors) {
    public GroupListing {
        groups = List.copyOf(groups);
        errors = List.copyOf(errors);
    }

    /** Collects the answers of all shards. Loop thread only. */
    static final class Gathering {
        private final List<ListedGroup> groups = new ArrayList<>();
        private final List<FlotillaError> errors = new ArrayList<>();
        private final Consumer<GroupListing> whenAll;
        private int missing;

        /** @param shards that are asked, 1 or more */
        Gathering(int shards, Consumer<GroupListing> whenAll) {
            this.missing = shards;
            this.whenAll = whenAll;
        }

        /** For one of the shards. */
        Reply<List<ListedGroup>> reply() {
            return new Reply<>() {
                @Override
                public void answer(List<ListedGroup> listed) {
                    groups.addAll(listed);
                    came();
                }

                @Override
                public void refuse(FlotillaError error) {
                    errors.add(error);
                    came();
                }
            };
        }

        private void came() {
            if (--missing == 0) {
                whenAll.accept(new GroupListing(groups, errors));
            }
        }
    }
}
