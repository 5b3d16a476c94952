/**
 * The committed metadata as others follow it: a snapshot, then deltas from a bounded ring. Knows neither gRPC nor Raft
 * nor why anything was decided.
 */
@NullMarked
package io.flotilla.quorum.feed;

import org.jspecify.annotations.NullMarked;
