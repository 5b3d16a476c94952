/** The chaos command: runs stories against a real cluster and judges what came out. */
@NullMarked
package io.flotilla.chaos;

import org.jspecify.annotations.NullMarked;
