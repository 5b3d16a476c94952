/** The bench command: the same work on Flotilla and on Apache Kafka, in turn. */
@NullMarked
package io.flotilla.bench;

import org.jspecify.annotations.NullMarked;
