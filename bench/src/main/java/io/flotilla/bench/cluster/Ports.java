package io.flotilla.bench.cluster;

/** Where the nodes of a cluster listen: ten ports a node from a base on. */
public record Ports(int base) {
    private static final int PER_NODE = 10;

    /** The i-th port of a node; nodes count from 1. */
    int of(int node, int i) {
        return base + PER_NODE * (node - 1) + i;
    }

    /** "127.0.0.1:port" of a node's i-th port. */
    String endpoint(int node, int i) {
        return "127.0.0.1:" + of(node, i);
    }
}
