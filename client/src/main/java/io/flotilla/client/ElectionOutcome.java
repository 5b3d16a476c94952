package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.Optional;

/**
 * What became of an election.
 *
 * @param leader who leads, or will; -1 for nobody
 * @param moving the present leader lets its pending acknowledgements finish, about a second at most, then gives way
 * @param error ELECTION_NOT_NEEDED when everything is as asked; empty when it worked
 */
public record ElectionOutcome(TopicPartition partition, int leader, boolean moving, Optional<FlotillaError> error) {}
