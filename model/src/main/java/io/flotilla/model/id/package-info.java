/** Identifiers as values: topics, partitions, incarnations, directories, endpoints. Knows no other package. */
@NullMarked
package io.flotilla.model.id;

import org.jspecify.annotations.NullMarked;
