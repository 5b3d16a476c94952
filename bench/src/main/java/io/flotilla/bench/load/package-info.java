/** What a load generator needs of a client, once on Flotilla's and once on Kafka's. */
@NullMarked
package io.flotilla.bench.load;

import org.jspecify.annotations.NullMarked;
