/**
 * Tests of whole clusters: each node is a process of the packaged distribution, started, stopped and killed as an
 * operator or a power cut would. Knows the client and what a node leaves on disk, never a server's classes.
 */
@NullMarked
package io.flotilla.process;

import org.jspecify.annotations.NullMarked;
