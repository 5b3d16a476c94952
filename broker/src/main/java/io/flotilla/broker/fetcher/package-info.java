/**
 * The follower's side of replication: one stream to each leader for all partitions between the two brokers. Carries
 * questions and answers, never decides on a log; must not know gRPC outside its Grpc classes.
 */
@NullMarked
package io.flotilla.broker.fetcher;

import org.jspecify.annotations.NullMarked;
