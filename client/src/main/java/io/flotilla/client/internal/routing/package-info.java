/**
 * What the client knows about the cluster: who leads what, and how it learns that. Pure: driven with the time as an
 * argument, talks to brokers through a port, knows neither gRPC nor generated messages.
 */
@NullMarked
package io.flotilla.client.internal.routing;

import org.jspecify.annotations.NullMarked;
