/**
 * The port through which logs reach their storage. Knows no file system API and no log format; the real implementation
 * lives in the broker, the simulated one beside this package.
 */
@NullMarked
package io.flotilla.model.disk;

import org.jspecify.annotations.NullMarked;
