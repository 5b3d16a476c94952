/**
 * The rules of the house, as tests: who may import whom, which code stays pure, and how tidy a source file is. Knows
 * the modules and their packages, and nothing of what the code does.
 */
@NullMarked
package io.flotilla.house;

import org.jspecify.annotations.NullMarked;
