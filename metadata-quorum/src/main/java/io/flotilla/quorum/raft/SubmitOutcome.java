package io.flotilla.quorum.raft;

import java.util.OptionalInt;

/** What became of a submitted command: applied, certainly not applied, or unknown. There is nothing in between. */
public sealed interface SubmitOutcome {

    /** The command was committed and applied; {@code reply} is the core's answer, which may itself be a refusal. */
    final class Applied implements SubmitOutcome {
        private final byte[] reply;
        private final long term;
        private final long index;

        /** @param reply not copied, not to be changed */
        public Applied(byte[] reply, long term, long index) {
            this.reply = reply;
            this.term = term;
            this.index = index;
        }

        /** The core's answer; not copied, not to be changed. */
        public byte[] reply() {
            return reply;
        }

        /** The term in which the command was appended. */
        public long term() {
            return term;
        }

        /** The position of the command in the log. */
        public long index() {
            return index;
        }

        @Override
        public String toString() {
            return "Applied[term=" + term + ", index=" + index + ", reply=" + reply.length + " bytes]";
        }
    }

    /**
     * The command was not applied and never will be.
     *
     * @param leader the node to ask instead, where known
     */
    record Refused(Reason reason, OptionalInt leader, String detail) implements SubmitOutcome {}

    /** The command may or may not be applied, now or later; a repetition must be idempotent by itself. */
    record Unknown(String detail) implements SubmitOutcome {}

    /** Why a command was certainly not applied. */
    enum Reason {
        /** Another node leads, or none does. */
        NOT_LEADER,
        /** This node was elected and is still applying what its predecessors committed. */
        NOT_READY,
        /** Too many commands are waiting. */
        OVERLOADED,
        /** The command is larger than {@link MetadataRaft#COMMAND_BYTES_MAX}. */
        TOO_LARGE,
        /** The time was over before the command reached the log. */
        TIMED_OUT,
        /** This node is shutting down. */
        CLOSED,
        /** Raft failed before it appended the command. */
        FAILED
    }
}
