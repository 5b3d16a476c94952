package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.LocalLogs;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Logs that are as the test says. */
final class ScriptedLogs implements LocalLogs {
    final List<IncarnationId> markedFor = new ArrayList<>();
    final List<CompletableFuture<Void>> drains = new ArrayList<>();
    final List<Long> registeredWith = new ArrayList<>();
    List<PartitionId> lost = List.of();
    private final DirectoryMark mark;

    ScriptedLogs(DirectoryMark mark) {
        this.mark = mark;
    }

    @Override
    public List<DirectoryMark> mark(IncarnationId incarnation) {
        markedFor.add(incarnation);
        return List.of(mark);
    }

    @Override
    public void registered(long brokerEpoch) {
        registeredWith.add(brokerEpoch);
    }

    @Override
    public List<PartitionId> lost() {
        return lost;
    }

    @Override
    public List<DirectoryId> failedDirectories() {
        return List.of();
    }

    @Override
    public CompletionStage<Void> drain() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        drains.add(drained);
        return drained;
    }
}
