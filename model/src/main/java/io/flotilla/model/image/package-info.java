/** The cluster's metadata as one immutable value on persistent maps. Knows not how it is stored, nor how it changes. */
@NullMarked
package io.flotilla.model.image;

import org.jspecify.annotations.NullMarked;
