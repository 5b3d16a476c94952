/** A cluster in memory that speaks the real protocol over real sockets, with faults on request. For tests only. */
@NullMarked
package io.flotilla.client.fake;

import org.jspecify.annotations.NullMarked;
