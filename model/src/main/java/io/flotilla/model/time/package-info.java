/** The clock port. The only place that asks the machine for the time. */
@NullMarked
package io.flotilla.model.time;

import org.jspecify.annotations.NullMarked;
