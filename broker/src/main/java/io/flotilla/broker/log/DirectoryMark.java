package io.flotilla.broker.log;

import io.flotilla.model.id.IncarnationId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The runs of the broker that used a log directory, and the broker epoch that the last of them registered with. A
 * directory whose mark lacks the run that the controller knows last was restored from an old copy (rule R6). Guarded by
 * its directory.
 */
final class DirectoryMark {
    static final String FILE = "incarnations";
    static final long NO_BROKER_EPOCH = -1;

    /** Runs kept; older ones are forgotten. */
    static final int RUNS_MAX = 1000;

    private static final int ID_BYTES = 16;

    private final DirectoryFile file;
    private final List<IncarnationId> incarnations;
    private long brokerEpoch;

    private DirectoryMark(DirectoryFile file, List<IncarnationId> incarnations, long brokerEpoch) {
        this.file = file;
        this.incarnations = incarnations;
        this.brokerEpoch = brokerEpoch;
    }

    /** A new directory's mark, on disk when this returns. */
    static DirectoryMark create(DirectoryFile file) {
        var mark = new DirectoryMark(file, new ArrayList<>(), NO_BROKER_EPOCH);
        mark.write();
        return mark;
    }

    static DirectoryMark read(DirectoryFile file) {
        var bytes = file.read();
        try {
            long brokerEpoch = bytes.getLong();
            var incarnations = new ArrayList<IncarnationId>();
            while (bytes.hasRemaining()) {
                var id = new byte[ID_BYTES];
                bytes.get(id);
                incarnations.add(IncarnationId.of(id));
            }
            return new DirectoryMark(file, incarnations, brokerEpoch);
        } catch (BufferUnderflowException e) {
            throw file.unreadable();
        }
    }

    /** Oldest first. */
    List<IncarnationId> incarnations() {
        return List.copyOf(incarnations);
    }

    long brokerEpoch() {
        return brokerEpoch;
    }

    /** Adds a run; durable on return. */
    void add(IncarnationId incarnation) {
        if (!incarnations.contains(incarnation)) {
            incarnations.add(incarnation);
            while (incarnations.size() > RUNS_MAX) {
                incarnations.remove(0);
            }
            write();
        }
    }

    /** Notes the epoch of the run's registration; durable on return. */
    void noteBrokerEpoch(long epoch) {
        if (epoch != brokerEpoch) {
            brokerEpoch = epoch;
            write();
        }
    }

    private void write() {
        var bytes =
                ByteBuffer.allocate(Long.BYTES + incarnations.size() * ID_BYTES).putLong(brokerEpoch);
        incarnations.forEach(incarnation -> bytes.put(incarnation.bytes()));
        file.replace(bytes.flip());
    }
}
