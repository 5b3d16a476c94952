/**
 * What hostile or spoiled bytes do to whoever decodes them: nothing but what he says. A target takes bytes and throws
 * only when that does not hold; {@code scripts/fuzz.sh} has Jazzer look for such bytes, and the tests mutate good ones
 * by a seed. Knows public types only.
 */
@NullMarked
package io.flotilla.fuzz;

import org.jspecify.annotations.NullMarked;
