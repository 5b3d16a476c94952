package io.flotilla.broker.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.group.GroupRecord;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.RecordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** All that the log held when a leadership began is read, and no end is told before all of it is committed. */
class LogReplayTest implements LogReplay.Listener {
    private final ManualClock clock = new ManualClock();
    private final PartitionLoop loop = new PartitionLoop(LoopSettings.defaults(), clock);
    private final ScriptedLog log = new ScriptedLog();
    private final List<String> heard = new ArrayList<>();
    private final LogReplay replay = new LogReplay(log, loop, this);

    @Test
    void anEmptyLogIsReadAtOnce() {
        begin();

        assertThat(heard).containsExactly("end");
        assertThat(log.readsMade()).isZero();
    }

    @Test
    void everyRecordIsHandedOnInOrder() {
        holding("a", "b");
        holding("c");
        begin();

        assertThat(heard).containsExactly("a", "b", "c", "end");
    }

    @Test
    void theEndWaitsForTheHighWatermark() {
        holding("a");
        log.holdsCommits();
        holding("b");
        begin();
        assertThat(heard).containsExactly("a");

        log.readsTimeOut();
        settle();
        assertThat(heard).containsExactly("a");

        log.commits();
        settle();
        assertThat(heard).containsExactly("a", "b", "end");
    }

    @Test
    void recordsThatCompactionTookAreNotWaitedFor() {
        holding("a");
        holding("b");
        log.compactedFrom(1);
        begin();
        assertThat(heard).containsExactly("a");

        log.readsTimeOut();
        settle();
        assertThat(heard).containsExactly("a", "end");
    }

    @Test
    void aRefusalIsTold() {
        log.refusesBounds(FlotillaError.notApplied(ErrorCode.UNKNOWN_LEADER_EPOCH, "not yet"));
        begin();

        assertThat(heard).containsExactly("failure UNKNOWN_LEADER_EPOCH");
    }

    @Test
    void whoCancelsHearsNothingMore() {
        log.holdsCommits();
        holding("a");
        begin();
        replay.cancel();

        log.commits();
        settle();
        assertThat(heard).isEmpty();
    }

    private void begin() {
        replay.begin();
        settle();
    }

    private void holding(String... keys) {
        RecordBatches batches = new RecordBatches(1_000);
        for (String key : keys) {
            batches.add(List.of(new GroupRecord(key.getBytes(UTF_8), null)), 0);
        }
        log.append(batches.build(), new Ignored());
    }

    private void settle() {
        while (loop.runOne() > 0) {}
    }

    @Override
    public void onRecord(RecordReader record) {
        heard.add(new String(Objects.requireNonNull(record.keyBytes()), UTF_8));
    }

    @Override
    public void onProgress(LogReplay progress) {}

    @Override
    public void onEnd(LogReplay done) {
        heard.add("end");
    }

    @Override
    public void onFailure(FlotillaError reason) {
        heard.add("failure " + reason.code());
    }
}
