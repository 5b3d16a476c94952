package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.disk.DiskException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlusherTest {
    private final LogOnDisk world = new LogOnDisk(LogConfig.DEFAULT);
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final DirectoryHealth health = new DirectoryHealth("disk", world.failures::add);
    private final Flusher flusher = new Flusher(tasks::add, health, this::ledgers);
    private final List<SyncTicket> done = new ArrayList<>();

    /** How many tickets had been told when the ledgers were synced, for each such sync. */
    private final List<Integer> ledgerSyncs = new ArrayList<>();

    private void ledgers() {
        ledgerSyncs.add(done.size());
    }

    private SyncTicket appendAndSubmit() {
        world.append(0, Batches.at(1));
        var ticket = world.log.beginSync();
        flusher.submit(ticket, done::add);
        return ticket;
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    @Test
    void oneSyncServesAllTicketsThatWaitForALog() {
        world.append(0, Batches.at(1));
        world.sync();
        var first = appendAndSubmit();
        var second = appendAndSubmit();
        var third = appendAndSubmit();
        assertThat(tasks).hasSize(1);
        long before = world.disk.syncCount();
        runTasks();
        assertThat(world.disk.syncCount()).isEqualTo(before + 1);
        assertThat(done).containsExactly(first, second, third);
        world.log.completeSync(first);
        assertThat(world.log.durableEnd()).isEqualTo(2);
        world.log.completeSync(second);
        world.log.completeSync(third);
        assertThat(world.log.durableEnd()).isEqualTo(4);
    }

    @Test
    void nobodyHearsOfASyncBeforeItIsNotedDurably() {
        appendAndSubmit();
        appendAndSubmit();
        runTasks();
        assertThat(ledgerSyncs).containsExactly(0);
        appendAndSubmit();
        runTasks();
        assertThat(ledgerSyncs).containsExactly(0, 2);
    }

    @Test
    void theFirstOfManyLogsDoNotWaitForTheLast() {
        for (int i = 0; i < 20; i++) {
            var other = new LogOnDisk(LogConfig.DEFAULT);
            other.append(0, Batches.at(1));
            flusher.submit(other.log.beginSync(), done::add);
        }
        runTasks();
        assertThat(done).hasSize(20);
        assertThat(ledgerSyncs).containsExactly(0, 8, 16);
    }

    @Test
    void aSyncThatCannotBeNotedHasFailed() {
        var cause = new DiskException(DiskException.Kind.SYNC_FAILED, "the ledgers are not durable");
        var failing = new Flusher(tasks::add, health, () -> {
            throw cause;
        });
        world.append(0, Batches.at(1));
        failing.submit(world.log.beginSync(), done::add);
        runTasks();
        assertThat(done).singleElement().satisfies(ticket -> {
            assertThat(ticket.failure()).isSameAs(cause);
            world.log.completeSync(ticket);
        });
        assertThat(world.log.durableEnd()).isZero();
        assertThat(world.failures).containsExactly(cause);
    }

    @Test
    void whatIsSubmittedWhileItRunsIsRunByTheSameTask() {
        world.append(0, Batches.at(1));
        var first = world.log.beginSync();
        flusher.submit(first, ticket -> {
            done.add(ticket);
            appendAndSubmit();
        });
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(done).hasSize(2);
        appendAndSubmit();
        assertThat(tasks).hasSize(1);
    }

    @Test
    void aListenerThatThrowsHoldsNobodyElseUp() {
        world.append(0, Batches.at(1));
        flusher.submit(world.log.beginSync(), ticket -> {
            throw new IllegalStateException("the loop is closed");
        });
        var second = appendAndSubmit();
        assertThatThrownBy(this::runTasks).hasMessage("the loop is closed");
        assertThat(done).containsExactly(second);
        appendAndSubmit();
        runTasks();
        assertThat(done).hasSize(2);
    }

    @Test
    void afterAFailureEveryTicketFailsWithoutTouchingTheDisk() {
        health.fail(new DiskException(DiskException.Kind.SYNC_FAILED, "an earlier sync failed"));
        long before = world.disk.syncCount();
        var ticket = appendAndSubmit();
        runTasks();
        assertThat(done).containsExactly(ticket);
        assertThat(ticket.failure()).hasMessageContaining("offline");
        assertThat(world.disk.syncCount()).isEqualTo(before);
        world.log.completeSync(ticket);
        assertThat(world.log.durableEnd()).isZero();
    }

    @Test
    void logsThatNobodyWaitsForAreSyncedTogetherOnceTheyHoldMuch() {
        var asked = new ArrayList<String>();
        Runnable first = () -> asked.add("first");
        Runnable second = () -> asked.add("second");
        Runnable third = () -> asked.add("third");
        flusher.noteUnsynced(first, Flusher.UNSYNCED_BYTES_MAX - 10);
        flusher.noteUnsynced(second, 9);
        flusher.noteUnsynced(third, 1);
        assertThat(asked).containsExactly("first", "second", "third");
        flusher.noteUnsynced(first, 9);
        assertThat(asked).as("what was asked counts no longer").hasSize(3);
    }

    @Test
    void whatALogHasSyncedCountsNoLonger() {
        var asked = new ArrayList<String>();
        Runnable first = () -> asked.add("first");
        Runnable second = () -> asked.add("second");
        flusher.noteUnsynced(first, Flusher.UNSYNCED_BYTES_MAX - 1);
        flusher.noteUnsynced(first, 0);
        flusher.noteUnsynced(second, Flusher.UNSYNCED_BYTES_MAX - 1);
        assertThat(asked).isEmpty();
        flusher.noteUnsynced(second, Flusher.UNSYNCED_BYTES_MAX);
        assertThat(asked).containsExactly("second");
    }
}
