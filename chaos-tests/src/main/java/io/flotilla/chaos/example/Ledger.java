package io.flotilla.chaos.example;

import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A database file with the records of a topic and, beside them, how far each partition is: both change in one
 * transaction, so neither is ever ahead of the other. For one thread; closed by whoever opens it.
 */
final class Ledger implements AutoCloseable {
    private final Connection database;

    private Ledger(Connection database) {
        this.database = database;
    }

    /**
     * Makes the file and its tables where they are missing.
     *
     * @param file without the ending .mv.db, which H2 adds
     */
    static Ledger open(Path file) throws SQLException {
        // Without WRITE_DELAY=0 a commit may reach the file half a second later: still whole, but not at once.
        Connection database = DriverManager.getConnection("jdbc:h2:" + file.toAbsolutePath() + ";WRITE_DELAY=0");
        database.setAutoCommit(false);
        try (Statement statement = database.createStatement()) {
            statement.execute("""
                    CREATE TABLE IF NOT EXISTS positions (
                        topic VARCHAR, partition_number INT, topic_id VARCHAR NOT NULL,
                        next_offset BIGINT NOT NULL, leader_epoch INT NOT NULL,
                        PRIMARY KEY (topic, partition_number))""");
            statement.execute("""
                    CREATE TABLE IF NOT EXISTS records (
                        arrival BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                        topic VARCHAR, partition_number INT, record_offset BIGINT,
                        record_key VARBINARY, record_value VARBINARY)""");
        }
        database.commit();
        return new Ledger(database);
    }

    /**
     * How far each known partition of a topic is.
     *
     * @throws IllegalStateException when what is in the database comes from a topic of the same name with another id
     */
    Map<TopicPartition, Position> positions(String topic, String topicId) throws SQLException {
        Map<TopicPartition, Position> positions = new TreeMap<>();
        try (PreparedStatement select = database.prepareStatement(
                "SELECT partition_number, topic_id, next_offset, leader_epoch FROM positions WHERE topic = ?")) {
            select.setString(1, topic);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (!rows.getString(2).equals(topicId)) {
                        throw new IllegalStateException("topic " + topic + " was created anew: its id was "
                                + rows.getString(2) + " and is " + topicId + "; begin with another database");
                    }
                    positions.put(
                            new TopicPartition(topic, rows.getInt(1)), new Position(rows.getLong(3), rows.getInt(4)));
                }
            }
        }
        database.commit();
        return positions;
    }

    /** Notes where partitions begin that it does not know yet. */
    void begin(String topicId, Map<TopicPartition, Long> starts) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("INSERT INTO positions VALUES (?, ?, ?, ?, ?)")) {
            for (Map.Entry<TopicPartition, Long> start : starts.entrySet()) {
                insert.setString(1, start.getKey().topic());
                insert.setInt(2, start.getKey().partition());
                insert.setString(3, topicId);
                insert.setLong(4, start.getValue());
                insert.setInt(5, Position.NO_EPOCH);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        database.commit();
    }

    /**
     * Takes records in and moves the positions behind them, all or nothing.
     *
     * @param moves for each partition of the records, from where to where
     * @throws IllegalStateException when a partition is not where it should be: another process copies it, too
     */
    void enter(List<ConsumerRecord> records, Map<TopicPartition, Move> moves) throws SQLException {
        try {
            insert(records);
            for (Map.Entry<TopicPartition, Move> move : moves.entrySet()) {
                advance(move.getKey(), move.getValue());
            }
            database.commit();
        } catch (SQLException | IllegalStateException e) {
            database.rollback();
            throw e;
        }
    }

    private void insert(List<ConsumerRecord> records) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement(
                "INSERT INTO records (topic, partition_number, record_offset, record_key, record_value)"
                        + " VALUES (?, ?, ?, ?, ?)")) {
            for (ConsumerRecord record : records) {
                insert.setString(1, record.topic());
                insert.setInt(2, record.partition());
                insert.setLong(3, record.offset());
                insert.setBytes(4, record.key());
                insert.setBytes(5, record.value());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void advance(TopicPartition partition, Move move) throws SQLException {
        try (PreparedStatement update = database.prepareStatement("UPDATE positions SET next_offset = ?,"
                + " leader_epoch = ? WHERE topic = ? AND partition_number = ? AND next_offset = ?")) {
            update.setLong(1, move.to().nextOffset());
            update.setInt(2, move.to().leaderEpoch());
            update.setString(3, partition.topic());
            update.setInt(4, partition.partition());
            update.setLong(5, move.from().nextOffset());
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException(partition + " is no longer at "
                        + move.from().nextOffset() + ": another process copies it, too");
            }
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
