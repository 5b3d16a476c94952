package io.flotilla.chaos.example;

/** A partition's way through one transaction. */
record Move(Position from, Position to) {}
