package io.flotilla.sim.run;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.client.Load;
import io.flotilla.sim.client.Reader;
import io.flotilla.sim.client.Writer;
import io.flotilla.sim.group.Groups;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Who uses the cluster of a run: some that write, and one that reads; in the end new ones, too. */
final class Clients {
    private static final int WRITERS_MAX = 3;
    private static final int HOST = 100;

    private final Load load;
    private final List<Writer> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Optional<Groups> groups;
    private int hosts;

    /** @param groups those of the run, if it has any */
    Clients(Load load, Random random, Optional<Groups> groups) {
        this.groups = groups;
        this.load = load;
        int count = 1 + random.nextInt(WRITERS_MAX);
        for (int i = 0; i < count; i++) {
            writers.add(new Writer(load, nextHost()));
        }
        reads(load);
    }

    private int nextHost() {
        return HOST + hosts++;
    }

    private void reads(Load what) {
        readers.add(new Reader(what, nextHost()));
    }

    /** Machines that clients run on. */
    int[] machines() {
        return IntStream.concat(
                        IntStream.range(HOST, HOST + hosts),
                        groups.map(Groups::hosts).stream().flatMapToInt(IntStream::of))
                .toArray();
    }

    Optional<Groups> groups() {
        return groups;
    }

    /** Of the partitions as clients name them. */
    List<PartitionName> names() {
        return load.names();
    }

    /** Each client, and one that begins now, writes a last record to each of the partitions. */
    void lastWords(List<PartitionName> names) {
        writers.add(new Writer(load, nextHost()));
        writers.forEach(writer -> writer.lastWords(names));
    }

    /** What of the last words is not acknowledged. */
    Optional<String> unheard() {
        return writers.stream().map(Writer::unheard).flatMap(Optional::stream).findFirst();
    }

    /** A client that begins now reads the partitions from their beginning. */
    FinalReading finalReading(List<PartitionName> names, List<PartitionId> ids) {
        FinalReading reading =
                new FinalReading(load.judge().witness(), load.judge().ghosts(), ids);
        reads(load.of(names, reading));
        return reading;
    }

    Optional<String> unanswered() {
        long unanswered = writers.stream().mapToLong(Writer::unanswered).sum();
        return unanswered == 0 ? Optional.empty() : Optional.of(unanswered + " records have no answer");
    }

    /** Answers that did not match their checksums. */
    long damaged() {
        return readers.stream().mapToLong(Reader::damaged).sum();
    }

    /** Records that were given up. */
    long failed() {
        return writers.stream().mapToLong(Writer::failed).sum();
    }
}
