/**
 * The record batch: its exact byte layout, which is disk, wire and schema at once, and how to build, check, read and
 * patch it. Pure: knows buffers only, no files, threads, clocks or generated protobuf types.
 */
@NullMarked
package io.flotilla.model.record;

import org.jspecify.annotations.NullMarked;
