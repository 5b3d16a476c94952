package io.flotilla.broker.rpc;

import io.flotilla.model.wire.StatusErrors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Completes unary calls, whose callers may be gone by then. */
final class UnaryReply {
    private UnaryReply() {}

    /** Runs the action when the caller goes away; to be called before the service method returns. */
    static void cancelWith(StreamObserver<?> reply, Runnable action) {
        ((ServerCallStreamObserver<?>) reply).setOnCancelHandler(action);
    }

    static <T> void complete(StreamObserver<T> reply, T answer) {
        if (!isGone(reply)) {
            reply.onNext(answer);
            reply.onCompleted();
        }
    }

    /** Answers when the future completes, or fails with its failure. */
    static <T> void completeWith(StreamObserver<T> reply, CompletionStage<T> answer) {
        var unused = answer.whenComplete((completed, failure) -> {
            if (failure == null) {
                complete(reply, completed);
            } else {
                fail(reply, failure);
            }
        });
    }

    static void fail(StreamObserver<?> reply, Throwable failure) {
        if (!isGone(reply)) {
            boolean wrapped = failure instanceof CompletionException || failure instanceof ExecutionException;
            Throwable cause = failure.getCause();
            reply.onError(StatusErrors.toStatus(wrapped && cause != null ? cause : failure));
        }
    }

    private static boolean isGone(StreamObserver<?> reply) {
        return ((ServerCallStreamObserver<?>) reply).isCancelled();
    }
}
