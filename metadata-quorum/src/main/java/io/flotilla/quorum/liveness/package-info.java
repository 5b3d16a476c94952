/**
 * Which brokers are alive, judged by their heartbeat streams, by probes and by the clock that is passed in. Leader-only
 * soft state: it proposes, and never decides. Knows neither gRPC nor Raft; whoever owns it carries its actions out.
 */
@NullMarked
package io.flotilla.quorum.liveness;

import org.jspecify.annotations.NullMarked;
