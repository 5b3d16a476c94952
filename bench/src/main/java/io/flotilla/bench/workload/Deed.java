package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import java.io.IOException;

/** What is done to a node, and how it is undone. */
enum Deed {
    KILL {
        @Override
        void strike(Cluster cluster, int node) {
            cluster.kill(node);
        }
    },
    STOP {
        @Override
        void strike(Cluster cluster, int node) {
            cluster.stop(node);
        }
    },
    FREEZE {
        @Override
        void strike(Cluster cluster, int node) throws IOException {
            cluster.freeze(node);
        }

        @Override
        void undo(Cluster cluster, int node) throws IOException {
            cluster.thaw(node);
        }
    };

    /** Returns when it has happened. */
    abstract void strike(Cluster cluster, int node) throws IOException;

    void undo(Cluster cluster, int node) throws IOException {
        cluster.start(node);
    }
}
