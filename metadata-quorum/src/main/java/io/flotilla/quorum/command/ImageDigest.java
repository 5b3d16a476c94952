package io.flotilla.quorum.command;

import com.google.protobuf.ByteString;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.RequestAnswered;
import io.flotilla.model.delta.Snapshot;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.MetadataRecords;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CompareImagesCommand;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * A digest of a whole image, over the same records in the same order as its snapshot, but for the remembered answers
 * themselves: two voters whose images are equal make the same one. Costs as much as encoding a snapshot, without the
 * disk. Two checksums of unlike polynomials: this is to find errors, and nobody gains by forging one.
 */
public final class ImageDigest {
    /** Revisions between two comparisons. */
    public static final long INTERVAL = 1000;

    /**
     * Raised whenever an image's records or their encoding change: during an upgrade, versions that encode the same
     * image differently must not take each other for wrong.
     */
    static final int VERSION = 3;

    private ImageDigest() {}

    /** Whether the voters compare this revision of the metadata. */
    public static boolean isDue(long revision) {
        return revision > 0 && revision % INTERVAL == 0;
    }

    /** The command by which a leader lets every voter compare its image with this one. */
    public static Command.Builder comparison(MetadataImage image) {
        return Command.newBuilder()
                .setCompareImages(CompareImagesCommand.newBuilder()
                        .setRevision(image.revision())
                        .setDigestVersion(VERSION)
                        .setDigest(of(image)));
    }

    static ByteString of(MetadataImage image) {
        CRC32C one = new CRC32C();
        CRC32 other = new CRC32();
        String which = image.historyId() + "@" + image.revision();
        update(one, other, which.getBytes(StandardCharsets.UTF_8));
        Snapshot.records(
                image,
                record -> update(
                        one,
                        other,
                        MetadataRecords.toMessage(comparable(record)).toByteArray()));
        byte[] digest = ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt((int) one.getValue())
                .putInt((int) other.getValue())
                .array();
        return ByteString.copyFrom(digest);
    }

    /** A remembered answer has sentences in it, which every version words in its own way; that there is one counts. */
    private static MetadataRecord comparable(MetadataRecord record) {
        return record instanceof RequestAnswered answered
                ? new RequestAnswered(answered.requestId(), new byte[0])
                : record;
    }

    private static void update(Checksum one, Checksum other, byte[] bytes) {
        one.update(bytes, 0, bytes.length);
        other.update(bytes, 0, bytes.length);
    }
}
