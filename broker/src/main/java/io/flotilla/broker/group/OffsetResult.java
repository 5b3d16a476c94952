package io.flotilla.broker.group;

import io.flotilla.model.error.FlotillaError;
import java.util.Optional;

/**
 * What became of one offset of a commit or a reset.
 *
 * @param error why it was not committed; empty when it was
 */
public record OffsetResult(NamedTopic topic, int partition, Optional<FlotillaError> error) {}
