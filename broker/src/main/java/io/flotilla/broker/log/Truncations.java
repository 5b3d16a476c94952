package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.util.function.Consumer;

/**
 * Counts a log's truncations, so that readers of an older view can tell, and passes on what readers find that no
 * truncation explains. Counted by the log's loop, asked by all.
 */
final class Truncations {
    /** For what no truncation can touch. */
    static final Since NONE = new Truncations().since();

    private volatile int count;

    private volatile Consumer<CorruptLogException> onCorruption = found -> {};

    /** Called before the first byte is cut. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer: the log's loop thread
    void begin() {
        count++;
    }

    Since since() {
        return new Since(this, count);
    }

    /** @param listener hears, on the reader's thread, of bytes that are no batch; must hand off at once */
    void onCorruption(Consumer<CorruptLogException> listener) {
        onCorruption = listener;
    }

    /** A moment between truncations. */
    record Since(Truncations truncations, int count) {
        /** Throws {@link LogTruncatedException} when a truncation has begun since. */
        void check() {
            if (!holds()) {
                throw new LogTruncatedException();
            }
        }

        boolean holds() {
            return truncations.count == count;
        }

        /** What to throw for bytes that the disk does not give: those are lost, unless the log let go of the file. */
        RuntimeException unreadable(long offset, String path, DiskException cause) {
            return cause.kind() == DiskException.Kind.IO
                    ? corrupt(offset, path + " cannot be read: " + cause.getMessage())
                    : cause;
        }

        void tell(LogDamage found) {
            truncations.onCorruption.accept(new CorruptLogException(found.offset(), found.description()));
        }

        /**
         * What to throw for bytes that are no batch; a truncation meanwhile explains them, else the log hears of it.
         */
        CorruptLogException corrupt(long offset, String message) {
            check();
            var found = new CorruptLogException(offset, message);
            truncations.onCorruption.accept(found);
            return found;
        }
    }
}
