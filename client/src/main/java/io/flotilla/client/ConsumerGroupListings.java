package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.List;

/**
 * The consumer groups of a cluster.
 *
 * @param groups in the order of their names
 * @param errors of coordinators that could not be asked, whose groups are missing; empty means that none is
 */
public record ConsumerGroupListings(List<ConsumerGroupListing> groups, List<FlotillaError> errors) {
    public ConsumerGroupListings {
        groups = List.copyOf(groups);
        errors = List.copyOf(errors);
    }
}
