package io.flotilla.chaos.scenario;

import io.flotilla.chaos.fault.RepeatedKill;
import io.flotilla.chaos.fault.ReplicaAgreement;
import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.Admin;
import io.flotilla.client.ReplicaDigest;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes down what the replicas hold in the end, whether they agree or not. For one thread. */
final class FinalDigests {
    /** A high watermark reaches followers a little later than the leader. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int WATCH_MS = 250;

    private final Admin admin;
    private final String topic;
    private final int partitions;
    private final Clock clock;

    /** @param admin with minutes of patience: a digest reads whole logs */
    FinalDigests(Admin admin, String topic, int partitions, Clock clock) {
        this.admin = admin;
        this.topic = topic;
        this.partitions = partitions;
        this.clock = clock;
    }

    /** Asks until the replicas agree, and writes the last answer; without any, that it failed. */
    void write(HistoryWriter history, PrintWriter out) throws InterruptedException {
        ReplicaAgreement last = await(out);
        history.write(
                RepeatedKill.NEMESIS,
                last == null ? OpType.FAIL : OpType.OK,
                Act.DIGEST,
                last == null
                        ? List.of()
                        : last.digests().stream().map(this::mop).toList());
    }

    private @Nullable ReplicaAgreement await(PrintWriter out) throws InterruptedException {
        long beganNanos = clock.nanos();
        ReplicaAgreement last = null;
        String lacking;
        do {
            try {
                last = ReplicaAgreement.look(admin, topic, partitions);
                lacking = last.lacking();
            } catch (FlotillaException e) {
                lacking = e.error().toString();
            }
            if (lacking.isEmpty()) {
                return last;
            }
            TimeUnit.MILLISECONDS.sleep(WATCH_MS);
        } while (clock.nanos() - beganNanos < PATIENCE.toNanos());
        out.printf("replicas    do not agree within %d s: %s%n", PATIENCE.toSeconds(), lacking);
        return last;
    }

    private Mop.Digest mop(ReplicaDigest digest) {
        String key = topic + "-" + digest.partition();
        return digest.error()
                .map(error -> Mop.Digest.failed(key, digest.brokerId(), error.toString()))
                .orElseGet(() -> Mop.Digest.of(
                        key, digest.brokerId(), digest.startOffset(), digest.endOffset(), digest.sha256()));
    }
}
