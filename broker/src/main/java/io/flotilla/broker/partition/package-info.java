/**
 * Partitions at work: the loop that owns them, the append path, what waits for acknowledgement or for data, and both
 * ends of replication. A partition lives on one loop thread and reaches the world through ports that its constructor
 * gets, so a simulator runs the same code. Must not know gRPC, generated messages, threads, executors or files.
 */
@NullMarked
package io.flotilla.broker.partition;

import org.jspecify.annotations.NullMarked;
