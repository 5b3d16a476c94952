package io.flotilla.fuzz;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every target on its seeds and on thousands of mutations of them; scripts/fuzz.sh looks for more. */
class FuzzTargetsTest {
    /** Of each target; -Dflotilla.fuzz.inputs for more. */
    private static final int INPUTS = Integer.getInteger("flotilla.fuzz.inputs", 3_000);

    private static final long SEED = Long.getLong("flotilla.fuzz.seed", 1);

    @Test
    void batches() {
        hold(BatchFuzz::fuzzerTestOneInput, BatchFuzz.seeds());
    }

    @Test
    void logDirectories() {
        hold(LogFuzz::fuzzerTestOneInput, LogFuzz.seeds());
    }

    @Test
    void commandsAndSnapshots() {
        hold(MetadataFuzz::fuzzerTestOneInput, MetadataFuzz.seeds());
    }

    private static void hold(Consumer<byte[]> target, List<byte[]> seeds) {
        seeds.forEach(seed -> run(target, seed));
        Mutation mutation = new Mutation(SEED, seeds);
        for (int input = 0; input < INPUTS; input++) {
            run(target, mutation.next());
        }
    }

    private static void run(Consumer<byte[]> target, byte[] input) {
        try {
            target.accept(input.clone());
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "seed " + SEED + ", input " + HexFormat.of().formatHex(input) + ": " + e, e);
        }
    }
}
