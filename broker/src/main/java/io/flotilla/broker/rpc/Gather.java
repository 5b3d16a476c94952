package io.flotilla.broker.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** Collects the answers to the parts of one call, from any threads, each exactly once, and hands them on in order. */
final class Gather<T> {
    private final AtomicReferenceArray<T> parts;
    private final AtomicInteger missing;
    private final Consumer<List<T>> whenAll;

    /** @param size at least 1 */
    Gather(int size, Consumer<List<T>> whenAll) {
        this.parts = new AtomicReferenceArray<>(size);
        this.missing = new AtomicInteger(size);
        this.whenAll = whenAll;
    }

    void put(int index, T part) {
        parts.set(index, part);
        if (missing.decrementAndGet() == 0) {
            List<T> all = new ArrayList<>(parts.length());
            for (int i = 0; i < parts.length(); i++) {
                all.add(parts.get(i));
            }
            whenAll.accept(all);
        }
    }
}
