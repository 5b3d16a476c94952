package io.flotilla.broker.partition;

import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;

/** An idempotent producer of the simulation: one batch at a time, repeated until it is acknowledged. */
final class SimProducer {
    private final SimWorld world;
    private final long producerId;
    private final List<Long> batch = new ArrayList<>();
    private long nextValue;
    private int sequence;
    /** Attempts count, so that an answer to an earlier one is told apart. */
    private long attempt;

    private boolean stopping;

    SimProducer(SimWorld world, long producerId) {
        this.world = world;
        this.producerId = producerId;
        this.nextValue = producerId * 1_000_000;
    }

    void next() {
        sequence += batch.size();
        batch.clear();
        if (stopping) {
            return;
        }
        int size = 1 + world.random.nextInt(3);
        for (int i = 0; i < size; i++) {
            batch.add(nextValue++);
        }
        send();
    }

    private void send() {
        long mine = ++attempt;
        int target = world.chance(0.9) ? world.controller.leader() : 1 + world.random.nextInt(SimWorld.BROKERS);
        SimBroker broker = world.brokers.get(target);
        Partition partition = broker == null ? null : broker.partition();
        if (partition == null) {
            again(mine, 20);
            return;
        }
        again(mine, 1_500); // no answer
        world.soon(() -> {
            if (broker.partition() == partition) {
                CallContext context = new CallContext(
                        "anonymous", "p" + producerId, "CLIENT", world.clock.nanos() + 1_000 * SimWorld.MS, "");
                long[] values = batch.stream().mapToLong(Long::longValue).toArray();
                List<Long> sent = List.copyOf(batch);
                partition.append(
                        new AppendRequest(
                                context,
                                Partition.ANY_EPOCH,
                                Acks.ALL,
                                TestBatches.idempotent(producerId, sequence, values)),
                        new Attempt(mine, sent, broker));
            }
        });
    }

    private void again(long mine, long delayMs) {
        world.between(delayMs, delayMs * 2, () -> {
            if (mine == attempt && !batch.isEmpty()) {
                send();
            }
        });
    }

    void stop() {
        stopping = true;
    }

    boolean isDone() {
        return stopping && batch.isEmpty();
    }

    private final class Attempt implements AppendCallback {
        private final long number;
        private final List<Long> sent;

        private final SimBroker broker;

        Attempt(long number, List<Long> sent, SimBroker broker) {
            this.number = number;
            this.sent = sent;
            this.broker = broker;
        }

        @Override
        public void appended(AppendResult result) {
            world.checker.acknowledged(result.baseOffset(), sent);
            if (sent.equals(batch)) {
                attempt++;
                batch.clear();
                sequence += sent.size();
                world.between(0, 20, SimProducer.this::next);
            }
        }

        @Override
        public void refused(FlotillaError error) {
            SimChecker.check(
                    !missesPredecessor(error) || !sent.equals(batch) || !broker.leadsNow(),
                    "an acknowledged predecessor is missing: %s",
                    error);
            if (number == attempt) {
                again(number, 10);
            }
        }

        /** A leader long deposed may say so in good faith; the present one never. */
        private static boolean missesPredecessor(FlotillaError error) {
            return error.code() == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
                    || error.code() == ErrorCode.UNKNOWN_PRODUCER_ID;
        }
    }
}
