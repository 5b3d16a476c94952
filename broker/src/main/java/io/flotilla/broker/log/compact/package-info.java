/**
 * What compaction decides: which record is a key's last, and what of a batch stays. Pure; knows batches, and neither
 * files nor logs.
 */
@NullMarked
package io.flotilla.broker.log.compact;

import org.jspecify.annotations.NullMarked;
