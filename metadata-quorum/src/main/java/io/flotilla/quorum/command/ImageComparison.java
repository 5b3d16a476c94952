package io.flotilla.quorum.command;

import com.google.protobuf.ByteString;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.CompareImagesCommand;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds this voter's image of the last revision that is compared, and compares. A difference stops nobody: what it is
 * compared with is the word of one voter, which may be the wrong one. Owned by the log's apply thread.
 */
final class ImageComparison {
    private static final String ADVICE = "the metadata of revision %d differs between voters: digest %s here, %s on the"
            + " voter that led term %d (entry %d of the log). Both go on. Look for this line in the logs of the other"
            + " voters. If only one of several followers has it, that one is wrong: check its memory and disk and"
            + " start it again; if a later revision differs too, remove it from the quorum, empty its metadata"
            + " directory, and add it as a new voter. If all of several followers have it, the leader of that term is"
            + " wrong: stop it, so that another one leads, and then do the same with it. Otherwise nobody can tell:"
            + " copy all metadata directories first. Keep this log: please report it.";

    private @Nullable MetadataImage held;

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

    /**
     * Where this voter's image of that revision differs, what to do about it, for operators; empty where it does not,
     * or where this voter has no such image.
     *
     * @param term of the log entry that carries the comparison, {@code index} its index
     */
    Optional<String> difference(CompareImagesCommand theirs, long term, long index) {
        MetadataImage ours = held;
        if (ours == null
                || ours.revision() != theirs.getRevision()
                || theirs.getDigestVersion() != ImageDigest.VERSION) {
            return Optional.empty();
        }
        ByteString digest = ImageDigest.of(ours);
        return digest.equals(theirs.getDigest())
                ? Optional.empty()
                : Optional.of(ADVICE.formatted(ours.revision(), hex(digest), hex(theirs.getDigest()), term, index));
    }

    private static String hex(ByteString digest) {
        return HexFormat.of().formatHex(digest.toByteArray());
    }
}
