/** What is done to a cluster, and whether it has recovered. Writes it all into a history; judges nothing. */
@NullMarked
package io.flotilla.chaos.fault;

import org.jspecify.annotations.NullMarked;
