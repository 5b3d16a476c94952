/**
 * One Raft group on Apache Ratis that replicates a {@link io.flotilla.quorum.log.ReplicatedCore}; the only importer of
 * Ratis.
 *
 * <p>Must not know topics, brokers or any command: it carries bytes. It creates no threads of its own beside those of
 * Ratis; pools and timers are lent by the process.
 */
@NullMarked
package io.flotilla.quorum.raft;

import org.jspecify.annotations.NullMarked;
