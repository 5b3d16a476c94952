package io.flotilla.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** The shell of the model: a log of which a prefix is committed, and answers that wait for it. */
final class ModelShell {
    private record Waiting(int end, Runnable show) {}

    private final GroupSettings settings;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private List<GroupRecord> log = new ArrayList<>();
    private int committed;

    ModelShell(GroupSettings settings) {
        this.settings = settings;
    }

    /** Appends a decision's records; answer and pushes are shown once they are committed. */
    <R> void take(Decision<R> decision, Consumer<Decision.Answer<R>> answered, Consumer<Push> pushed) {
        log.addAll(decision.records());
        waiting.add(new Waiting(log.size(), () -> {
            answered.accept(decision.answer());
            decision.pushes().forEach(pushed);
        }));
    }

    /** Some more of the log is committed. */
    void commit(int records) {
        committed = Math.min(log.size(), committed + records);
        while (!waiting.isEmpty() && waiting.peek().end() <= committed) {
            waiting.remove().show().run();
        }
    }

    void commitAll() {
        commit(log.size());
    }

    /**
     * The coordinator is lost, with some of what was not committed; another one reads what is left, perhaps compacted.
     */
    GroupCore failOver(Random random) {
        waiting.clear();
        int kept = committed + random.nextInt(log.size() - committed + 1);
        log = new ArrayList<>(log.subList(0, kept));
        List<String> whole = replayed();
        if (random.nextBoolean()) {
            compact(random.nextInt(kept + 1));
        }
        committed = log.size();
        GroupCore core = new GroupCore(settings, Story.assignors());
        log.forEach(core::replay);
        assertThat(Story.state(core.snapshot())).as("replay of a compacted log").isEqualTo(whole);
        if (random.nextBoolean()) {
            log.forEach(core::replay);
            assertThat(Story.state(core.snapshot())).as("replayed twice").isEqualTo(whole);
        }
        return core;
    }

    /** The state that a replay of the whole log gives. */
    List<String> replayed() {
        GroupCore core = new GroupCore(settings, Story.assignors());
        log.forEach(core::replay);
        return Story.state(core.snapshot());
    }

    /** Below an offset only the last record of each key is left. */
    private void compact(int below) {
        Map<ByteBuffer, Integer> last = new HashMap<>();
        for (int offset = 0; offset < log.size(); offset++) {
            last.put(ByteBuffer.wrap(log.get(offset).key()), offset);
        }
        List<GroupRecord> left = new ArrayList<>();
        for (int offset = 0; offset < log.size(); offset++) {
            GroupRecord record = log.get(offset);
            if (offset >= below || last.get(ByteBuffer.wrap(record.key())) == offset) {
                left.add(record);
            }
        }
        log = left;
    }
}
