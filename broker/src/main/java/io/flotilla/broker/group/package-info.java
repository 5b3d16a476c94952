/**
 * Consumer groups as pure state: members, assignments and committed offsets of one coordinator partition. An input and
 * the time are decided into records, and replaying records is all that changes what survives. Knows no threads, clocks,
 * logs, files or streams: the shell appends the records, and shows answers once they are committed.
 */
@NullMarked
package io.flotilla.broker.group;

import org.jspecify.annotations.NullMarked;
