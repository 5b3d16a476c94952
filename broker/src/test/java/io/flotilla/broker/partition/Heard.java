package io.flotilla.broker.partition;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import org.jspecify.annotations.Nullable;

/** What a test's asker heard, at most once. */
final class Heard<T> implements Reply<T>, AppendCallback, ReplicaReply {
    private @Nullable Object answer;
    private @Nullable FlotillaError error;
    private int consumed;

    @Override
    public void answer(T heard) {
        hear(heard);
    }

    @Override
    public void appended(AppendResult result) {
        hear(result);
    }

    @Override
    public void answer(ReplicaAnswer heard) {
        hear(heard);
    }

    @Override
    public void refuse(FlotillaError refusal) {
        if (!isSilent()) {
            throw new AssertionError("heard twice: " + refusal);
        }
        error = refusal;
    }

    @Override
    public void refused(FlotillaError refusal) {
        refuse(refusal);
    }

    @Override
    public void consumed() {
        consumed++;
    }

    private void hear(Object heard) {
        if (!isSilent()) {
            throw new AssertionError("heard twice: " + heard);
        }
        answer = heard;
    }

    boolean isSilent() {
        return answer == null && error == null;
    }

    int timesConsumed() {
        return consumed;
    }

    @SuppressWarnings("unchecked") // each test asks in one way only
    T get() {
        if (answer == null) {
            throw new AssertionError("no answer but " + error);
        }
        return (T) answer;
    }

    FlotillaError error() {
        if (error == null) {
            throw new AssertionError("no error but " + answer);
        }
        return error;
    }

    ErrorCode code() {
        return error().code();
    }

    Outcome outcome() {
        return error().outcome();
    }
}
