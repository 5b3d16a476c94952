package io.flotilla.chaos.example;

import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicPartition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Copies a topic into a database, each record exactly once, whenever and however often the process dies: it assigns the
 * partitions itself, seeks to where the database says, and commits nothing to the cluster. For the consumer's thread;
 * closes neither consumer nor database.
 */
final class DatabaseCopy {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Consumer consumer;
    private final Ledger ledger;
    private final Map<TopicPartition, Position> positions;

    /**
     * Takes up where the database is; partitions that it does not know begin at their first record.
     *
     * @param consumer with {@code auto.offset.reset=none}: a position that is gone is an error, never a gap
     */
    DatabaseCopy(Consumer consumer, Ledger ledger, TopicDescription topic) throws SQLException {
        this.consumer = consumer;
        this.ledger = ledger;
        String id = topic.id().toString();
        Set<TopicPartition> unknown = new TreeSet<>();
        topic.partitions().forEach(known -> unknown.add(new TopicPartition(topic.name(), known.partition())));
        unknown.removeAll(ledger.positions(topic.name(), id).keySet());
        ledger.begin(id, consumer.beginningOffsets(unknown));
        this.positions = ledger.positions(topic.name(), id);
        consumer.assign(positions.keySet());
        positions.forEach((partition, position) -> consumer.seek(partition, position.toSeek()));
    }

    /** Takes what there is to read into the database; returns how many records, 0 when none came for a second. */
    int step() throws SQLException {
        List<ConsumerRecord> records = consumer.poll(POLL);
        Map<TopicPartition, Move> moves = new TreeMap<>();
        for (ConsumerRecord record : records) {
            TopicPartition partition = record.topicPartition();
            Position from = Objects.requireNonNull(positions.get(partition));
            moves.put(partition, new Move(from, new Position(record.offset() + 1, record.leaderEpoch())));
        }
        ledger.enter(records, moves);
        moves.forEach((partition, move) -> positions.put(partition, move.to()));
        return records.size();
    }

    /** Whether the database has all records below these offsets. */
    boolean hasReached(Map<TopicPartition, Long> ends) {
        return positions.entrySet().stream()
                .allMatch(known -> known.getValue().nextOffset() >= ends.getOrDefault(known.getKey(), 0L));
    }

    Map<TopicPartition, Position> positions() {
        return Map.copyOf(positions);
    }
}
