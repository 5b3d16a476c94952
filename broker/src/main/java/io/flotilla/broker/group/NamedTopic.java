package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import java.util.Optional;

/**
 * A topic as a caller names it: by name, by id, or by both, which then must agree.
 *
 * @param name empty when only the id is given
 */
public record NamedTopic(String name, Optional<TopicId> id) {
    @Override
    public String toString() {
        return name.isEmpty() ? id.map(TopicId::toString).orElse("without name and id") : name;
    }
}
