package io.flotilla.model.disk.simulated;

import java.util.Random;

/** Something in the tree of a simulated disk. */
sealed interface SimulatedNode permits SimulatedDirectory, SimulatedFile {
    /** Falls back to what was synced and a part, chosen by {@code random}, of what was not. */
    void crash(Random random);
}
