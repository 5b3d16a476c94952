package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.proto.internal.v1.CommandResult;
import java.util.List;

/** What the controller makes of one command. */
public sealed interface Decision {
    /**
     * The command holds.
     *
     * @param records what changes, in order; none where everything already is as asked
     * @param answer what the caller learns; its revision is filled in when the records are applied
     * @param riskyElections leaders chosen although committed records may be missing
     */
    record Accepted(List<MetadataRecord> records, CommandResult answer, List<RiskyElection> riskyElections)
            implements Decision {
        public Accepted {
            records = List.copyOf(records);
            riskyElections = List.copyOf(riskyElections);
        }
    }

    /** The whole command is refused; nothing changes. */
    record Rejected(FlotillaError error) implements Decision {}

    static Decision reject(ErrorCode code, String message) {
        return new Rejected(FlotillaError.notApplied(code, message));
    }

    static Decision reject(FlotillaError error) {
        return new Rejected(error);
    }

    /** Nothing needs to change. */
    static Decision nothing() {
        return answer(CommandResult.getDefaultInstance());
    }

    /** Nothing changes; the caller gets an answer. */
    static Decision answer(CommandResult answer) {
        return new Accepted(List.of(), answer, List.of());
    }

    static Decision accept(List<MetadataRecord> records) {
        return new Accepted(records, CommandResult.getDefaultInstance(), List.of());
    }
}
