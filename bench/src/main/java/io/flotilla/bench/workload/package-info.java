/** What is measured, and how two systems are compared. */
@NullMarked
package io.flotilla.bench.workload;

import org.jspecify.annotations.NullMarked;
