/** The real disk under a log directory. The only package of the broker that touches the file system. */
@NullMarked
package io.flotilla.broker.log.disk;

import org.jspecify.annotations.NullMarked;
