package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.List;
import java.util.Optional;

/**
 * The log directories of one broker.
 *
 * @param dirs in the order of log.dirs
 * @param error set when the broker could not be asked
 */
public record BrokerLogDirs(int brokerId, List<LogDirDescription> dirs, Optional<FlotillaError> error) {
    public BrokerLogDirs {
        dirs = List.copyOf(dirs);
    }
}
