/**
 * The shell around the decisions of consumer groups: for each partition of the offsets topic that this broker leads, a
 * shard reads its groups from the log, decides on them, appends what was decided, and shows nothing before that is
 * committed (R18). A shard lives on a loop and reaches the world through ports, so a simulator runs the same code. Must
 * not know gRPC, threads or files.
 */
@NullMarked
package io.flotilla.broker.coordinator;

import org.jspecify.annotations.NullMarked;
