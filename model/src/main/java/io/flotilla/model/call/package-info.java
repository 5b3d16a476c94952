/** Who calls, through what, and until when. Travels with every request into decisions and commands. */
@NullMarked
package io.flotilla.model.call;

import org.jspecify.annotations.NullMarked;
