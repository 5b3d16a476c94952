/** The stories: which fault hits whom under which load, run from an empty cluster to a verdict. */
@NullMarked
package io.flotilla.chaos.scenario;

import org.jspecify.annotations.NullMarked;
