package io.flotilla.broker.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.broker.metadata.DirectoryState;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.LogDir;
import io.flotilla.proto.v1.LogDirReplica;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Log directories as messages. */
final class LogDirFields {
    private LogDirFields() {}

    /** @param topics whose logs are told; empty means all */
    static LogDir of(DirectoryState state, MetadataImage image, Collection<String> topics) {
        Set<String> wanted = new TreeSet<>(topics);
        LogDir.Builder dir = LogDir.newBuilder()
                .setPath(state.path())
                .setId(ByteString.copyFrom(state.id().bytes()))
                .setFailure(state.failure())
                .setLogBytes(state.logBytes())
                .setFreeBytes(state.freeBytes());
        for (DirectoryState.Log log : state.logs()) {
            String topic = image.topics()
                    .withId(log.id().topic())
                    .map(TopicImage::name)
                    .orElse("");
            if (wanted.isEmpty() || wanted.contains(topic)) {
                dir.addReplicas(LogDirReplica.newBuilder()
                        .setTopic(topic)
                        .setTopicId(Ids.bytes(log.id().topic()))
                        .setPartition(log.id().partition())
                        .setSizeBytes(log.sizeBytes())
                        .setLogStartOffset(log.offsets().logStart())
                        .setLogEndOffset(log.logEnd())
                        .setDurableEndOffset(log.offsets().recoveryPoint())
                        .setDamage(log.damage()));
            }
        }
        return dir.build();
    }
}
