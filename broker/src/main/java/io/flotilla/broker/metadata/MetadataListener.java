package io.flotilla.broker.metadata;

/** Is told of every change of the applied metadata, in order, on the follower's loop. Must not block on other loops. */
@FunctionalInterface
public interface MetadataListener {
    void onChange(MetadataChange change);
}
