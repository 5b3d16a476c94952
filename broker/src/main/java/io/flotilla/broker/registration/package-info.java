/**
 * What a broker says to the active controller: who it is, that it lives, how its in-sync replicas change, that it wants
 * to stop. Knows no logs and decides nothing about partitions; only its Grpc classes know the transport.
 */
@NullMarked
package io.flotilla.broker.registration;

import org.jspecify.annotations.NullMarked;
