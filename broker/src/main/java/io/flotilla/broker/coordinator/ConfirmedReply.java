package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.Loop;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.FlotillaError;
import org.jspecify.annotations.Nullable;

/**
 * Gives on what groups say to somebody who only asks once the log has confirmed, after the question came, that this
 * broker still leads it (R15): a coordinator that is cut off, and does not know yet that there is another, would else
 * tell offsets that were committed beyond long ago. Loop thread only.
 */
final class ConfirmedReply<R> implements Reply<R> {
    private final Reply<R> reply;
    private boolean confirmed;
    private boolean over;
    private @Nullable Runnable held;

    private ConfirmedReply(Reply<R> reply) {
        this.reply = reply;
    }

    /** A reply that waits for the log, which is asked now. */
    static <R> Reply<R> of(Reply<R> reply, ShardLog log, Loop loop, ShardRefusals refusals) {
        ConfirmedReply<R> waiting = new ConfirmedReply<>(reply);
        log.confirm(new Reply<>() {
            @Override
            public void answer(Long end) {
                loop.execute(waiting::confirm);
            }

            @Override
            public void refuse(FlotillaError error) {
                loop.execute(() -> waiting.end(() -> reply.refuse(refusals.unconfirmed(error))));
            }
        });
        return waiting;
    }

    private void confirm() {
        confirmed = true;
        Runnable waiting = held;
        if (waiting != null) {
            end(waiting);
        }
    }

    @Override
    public void answer(R answer) {
        hold(() -> reply.answer(answer));
    }

    @Override
    public void refuse(FlotillaError error) {
        hold(() -> reply.refuse(error));
    }

    private void hold(Runnable said) {
        if (confirmed) {
            end(said);
        } else {
            held = said;
        }
    }

    private void end(Runnable said) {
        if (!over) {
            over = true;
            said.run();
        }
    }
}
