package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.FlotillaError;
import java.util.Optional;

/** What an asker heard, at most once. */
final class HeardReply<T> implements Reply<T> {
    private Optional<T> answer = Optional.empty();
    private Optional<FlotillaError> error = Optional.empty();

    boolean isSilent() {
        return answer.isEmpty() && error.isEmpty();
    }

    T answer() {
        return answer.orElseThrow(() -> new AssertionError("no answer, but " + error));
    }

    FlotillaError error() {
        return error.orElseThrow(() -> new AssertionError("no error, but " + answer));
    }

    @Override
    public void answer(T heard) {
        once();
        answer = Optional.of(heard);
    }

    @Override
    public void refuse(FlotillaError refusal) {
        once();
        error = Optional.of(refusal);
    }

    private void once() {
        if (!isSilent()) {
            throw new AssertionError("answered twice");
        }
    }
}
