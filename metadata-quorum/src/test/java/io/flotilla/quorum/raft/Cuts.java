package io.flotilla.quorum.raft;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.util.CodeInjectionForTesting;

/** Cuts nodes off from the others inside this JVM: their Raft calls fail on arrival, in both directions. */
final class Cuts implements AutoCloseable {

    private static final List<String> CALLS = List.of("RaftServerImpl.appendEntries", "RaftServerImpl.requestVote");

    private final Set<String> isolated = ConcurrentHashMap.newKeySet();
    private volatile boolean everywhere;

    Cuts() {
        for (String call : CALLS) {
            CodeInjectionForTesting.put(call, (local, remote, args) -> {
                if (everywhere || isolated.contains("" + local) != isolated.contains("" + remote)) {
                    throw new IllegalStateException("cut between " + local + " and " + remote);
                }
                return false;
            });
        }
    }

    void isolate(int id) {
        isolated.add(Integer.toString(id));
    }

    /** Nobody hears anybody. */
    void everyLink() {
        everywhere = true;
    }

    /** Everybody hears everybody again, except this node. */
    void restoreAllBut(int id) {
        isolate(id);
        everywhere = false;
    }

    void heal() {
        everywhere = false;
        isolated.clear();
    }

    @Override
    public void close() {
        CALLS.forEach(CodeInjectionForTesting::remove);
    }
}
