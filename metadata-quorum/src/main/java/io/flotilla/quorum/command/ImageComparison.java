package io.flotilla.quorum.command;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.Invariant;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.CompareImagesCommand;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Holds this voter's image of the last revision that is compared, and compares. A difference stops the voter: what it
 * would answer, and write into snapshots, is not what the others have. Owned by the log's apply thread.
 */
final class ImageComparison {
    /**
     * A comparison of before this moment, milliseconds since the Unix epoch, belongs to an earlier run and is not
     * judged again: a leader that was wrong in its memory must not keep the others from ever starting again. The next
     * comparison decides.
     */
    private final long startedAtMs;

    private @Nullable MetadataImage held;

    ImageComparison(long startedAtMs) {
        this.startedAtMs = startedAtMs;
    }

    /** The image moved on. Keeps the image and not its digest, which few revisions need. */
    void reached(MetadataImage image) {
        if (ImageDigest.isDue(image.revision())) {
            held = image;
        }
    }

    /** Another image took the place of everything before. */
    void replacedBy(MetadataImage image) {
        held = null;
        reached(image);
    }

    /** Throws InvariantBroken where this voter's image of that revision differs; passes where it has none. */
    void compare(CompareImagesCommand theirs, long decidedAtMs) {
        MetadataImage ours = held;
        if (ours == null
                || decidedAtMs < startedAtMs
                || ours.revision() != theirs.getRevision()
                || theirs.getDigestVersion() != ImageDigest.VERSION) {
            return;
        }
        ByteString digest = ImageDigest.of(ours);
        Invariant.check(
                digest.equals(theirs.getDigest()),
                "the metadata of revision %d differs between voters: digest %s here, %s on the voter that led. If no"
                        + " other voter stopped, this one is wrong: check its memory and disk and start it again; if it"
                        + " stops again, remove it from the quorum, empty its metadata directory, and add it as a new"
                        + " voter. If the other followers stopped too, that is the leader's case. Keep this log: please"
                        + " report it.",
                ours.revision(),
                hex(digest),
                hex(theirs.getDigest()));
    }

    private static String hex(ByteString digest) {
        return HexFormat.of().formatHex(digest.toByteArray());
    }
}
