/**
 * A worked example: records copied into a database exactly once. Uses the public client as an application would; knows
 * nothing of the cluster's inside, and nothing else knows it.
 */
@NullMarked
package io.flotilla.chaos.example;

import org.jspecify.annotations.NullMarked;
