/** The flotilla command: Kafka's tool names and flags on top of the client. Decides nothing that the server decides. */
@NullMarked
package io.flotilla.cli;

import org.jspecify.annotations.NullMarked;
