package io.flotilla.quorum.command;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.quorum.log.CapturedState;
import io.flotilla.quorum.log.ReplicatedCore;
import java.io.IOException;
import java.io.InputStream;

/**
 * The controller's replicated state: decides each committed command on the image, applies the records, and tells its
 * listener. Owned by the log's apply thread; other threads see the image only through the listener.
 */
public final class ControllerState implements ReplicatedCore {
    private final DeltaListener listener;
    private final ImageComparison comparison = new ImageComparison();
    private MetadataImage image = MetadataImage.EMPTY;
    /** Position of the last applied entry; 0 before the first. */
    private long appliedTerm;

    private long appliedIndex;

    public ControllerState(DeltaListener listener) {
        this.listener = listener;
    }

    /** The bytes are a {@link Command}, the reply is a {@link CommandResult}. */
    @Override
    public byte[] apply(byte[] command, long term, long index) {
        appliedTerm = term;
        appliedIndex = index;
        Command parsed;
        try {
            parsed = Command.parseFrom(command);
        } catch (InvalidProtocolBufferException e) {
            return reply(Decision.reject(ErrorCode.INVALID_REQUEST, "the command cannot be read: " + e.getMessage()));
        }
        Decision decision = Decisions.decide(image, parsed, term);
        if (decision instanceof Decision.Accepted accepted
                && !accepted.records().isEmpty()) {
            MetadataDelta delta = new MetadataDelta(image.revision(), image.revision() + 1, accepted.records());
            image = delta.applyTo(image);
            comparison.reached(image);
            listener.applied(
                    new AppliedDelta(delta, image, parsed.getNowMs(), Causes.of(parsed), accepted.riskyElections()));
        }
        if (parsed.hasCompareImages() && decision instanceof Decision.Accepted) {
            comparison.difference(parsed.getCompareImages(), term, index).ifPresent(listener::differs);
        }
        return reply(decision);
    }

    @Override
    public CapturedState capture() {
        return new StateSnapshot(image, appliedTerm, appliedIndex)::writeTo;
    }

    @Override
    public void load(InputStream in) throws IOException {
        StateSnapshot snapshot = StateSnapshot.read(in);
        image = snapshot.image();
        comparison.replacedBy(image);
        appliedTerm = snapshot.term();
        appliedIndex = snapshot.index();
        listener.loaded(image);
    }

    /**
     * Begins a new history with what is known here, for a survivor of a lost majority; no log may apply anything
     * meanwhile.
     */
    public void beginHistory(String historyId) {
        image = NewHistory.of(image, historyId);
        comparison.replacedBy(image);
        listener.loaded(image);
    }

    /** The metadata after everything applied so far; only for the apply thread. */
    public MetadataImage image() {
        return image;
    }

    private byte[] reply(Decision decision) {
        CommandResult.Builder result = decision instanceof Decision.Accepted accepted
                ? accepted.answer().toBuilder()
                : CommandResult.newBuilder().setError(Errors.toMessage(((Decision.Rejected) decision).error()));
        return result.setRevision(image.revision()).build().toByteArray();
    }
}
