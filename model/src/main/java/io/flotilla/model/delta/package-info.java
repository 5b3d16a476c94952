/** Changes of the metadata: records as facts, and how they turn one image into the next. Knows no storage format. */
@NullMarked
package io.flotilla.model.delta;

import org.jspecify.annotations.NullMarked;
