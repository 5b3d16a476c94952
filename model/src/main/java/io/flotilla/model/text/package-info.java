/** Words for people: what a mistyped name may have meant. Knows no other package. */
@NullMarked
package io.flotilla.model.text;

import org.jspecify.annotations.NullMarked;
