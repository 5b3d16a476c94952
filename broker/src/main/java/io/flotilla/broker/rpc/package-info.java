/**
 * The broker's gRPC services, one file each, and the hand-written marshallers of the hot methods. Translates between
 * the wire and partitions, metadata and the controller, never decides; must not know files, or Raft.
 */
@NullMarked
package io.flotilla.broker.rpc;

import org.jspecify.annotations.NullMarked;
