/** Reads and checks server.properties, strictly, and hands each component its own small record. Starts nothing. */
@NullMarked
package io.flotilla.server.config;

import org.jspecify.annotations.NullMarked;
