package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads stored batches again and checks every byte of them. Blocks; on any thread but a loop.
 *
 * @param nextOffset where to go on; the offset asked for when there was nothing to read
 * @param bytes how many were read
 * @param damage what is bad; null when nothing is
 */
public record StoredCheck(
        long nextOffset, int bytes, @Nullable LogDamage damage) {
    /**
     * Checks the batches from an offset on, below {@code upperOffset}: at least one, then as many as fit
     * {@code maxBytes}. A batch ends at the upper offset, and logs have no gaps. A log that was truncated or gave up
     * the offset meanwhile is not to blame.
     */
    public static StoredCheck of(LogView view, long offset, long upperOffset, int maxBytes) {
        try (LogSlice slice = view.read(offset, maxBytes, upperOffset)) {
            if (slice == null || offset >= Math.min(upperOffset, view.logEnd())) {
                return new StoredCheck(offset, 0, null);
            }
            if (slice.isEmpty() || slice.baseOffset() > offset) {
                String follows = slice.isEmpty() ? "nothing" : "offset " + slice.baseOffset();
                return new StoredCheck(
                        offset,
                        0,
                        new LogDamage(
                                offset, slice.place() + ": where offset " + offset + " was, " + follows + " is found"));
            }
            var region = slice.copy();
            long next = soundEnd(region, slice.baseOffset()); // the slice's own end is read off headers
            var defect = BatchCheck.storedRegion(region);
            return new StoredCheck(
                    next,
                    region.remaining(),
                    defect == null ? null : new LogDamage(next, slice.place() + ": " + defect.message()));
        } catch (LogTruncatedException e) {
            return new StoredCheck(offset, 0, null);
        } catch (CorruptLogException e) {
            return new StoredCheck(offset, 0, e.damage());
        } catch (DiskException e) { // the log was closed, or the file deleted, meanwhile
            return new StoredCheck(offset, 0, null);
        }
    }

    /** The offset after the sound batches that a region begins with. */
    private static long soundEnd(ByteBuffer region, long baseOffset) {
        long end = baseOffset;
        int position = region.position();
        while (position < region.limit() && BatchCheck.stored(region, position, region.limit()) == null) {
            var batch = BatchView.at(region, position);
            end = batch.nextOffset();
            position = batch.end();
        }
        return end;
    }
}
