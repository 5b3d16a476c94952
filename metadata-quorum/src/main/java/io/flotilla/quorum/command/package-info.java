/**
 * What the controller can do, one file each: metadata image and command in, records and answer out. Knows neither Raft
 * nor gRPC, no clock and no thread: times, ids and seeds travel in the command.
 */
@NullMarked
package io.flotilla.quorum.command;

import org.jspecify.annotations.NullMarked;
