package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.AppendCallback;
import io.flotilla.broker.partition.AppendResult;
import io.flotilla.model.error.FlotillaError;

/** For appends whose fate does not matter to a test. */
final class Ignored implements AppendCallback {
    @Override
    public void appended(AppendResult result) {}

    @Override
    public void refused(FlotillaError error) {}
}
