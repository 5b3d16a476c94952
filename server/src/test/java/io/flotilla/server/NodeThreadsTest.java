package io.flotilla.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeThreadsTest {
    private static final int SECONDS_MAX = 10;

    private final BlockingQueue<Throwable> lastResort = new LinkedBlockingQueue<>();
    private final NodeThreads threads = new NodeThreads((thread, failure) -> lastResort.add(failure));
    private final RuntimeException bug = new IllegalStateException("a bug");

    @AfterEach
    void endThreads() {
        threads.close();
    }

    @Test
    void whatAPeriodicTaskThrowsReachesTheLastResort() throws Exception {
        threads.single("checkpoint").scheduleWithFixedDelay(this::fail, 0, 1, TimeUnit.MILLISECONDS);

        assertThat(reported()).isSameAs(bug);
    }

    @Test
    void whatATimerThrowsReachesTheLastResort() throws Exception {
        threads.single("timer").schedule(this::fail, 1, TimeUnit.MILLISECONDS);

        assertThat(reported()).isSameAs(bug);
    }

    @Test
    void whatATaskThrowsReachesTheLastResortOnEveryKindOfThread() throws Exception {
        threads.single("single").execute(this::fail);
        assertThat(reported()).isSameAs(bug);
        threads.single("submitted").submit(this::fail);
        assertThat(reported()).isSameAs(bug);
        threads.pool("pool").execute(this::fail);
        assertThat(reported()).isSameAs(bug);
        threads.fixed("fixed", 1).execute(this::fail);
        assertThat(reported()).isSameAs(bug);
        threads.thread("thread", this::fail);
        assertThat(reported()).isSameAs(bug);
    }

    /**
     * A timer that cancels itself while it runs, as one does that gives a stream up: its future forgets what it throws.
     */
    @Test
    void aTaskThatCancelledItselfIsStillHeard() throws Exception {
        ScheduledExecutorService single = threads.single("single");
        AtomicReference<Future<?>> self = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        self.set(single.schedule(
                () -> {
                    known.await();
                    self.get().cancel(false);
                    throw bug;
                },
                0,
                TimeUnit.MILLISECONDS));
        known.countDown();

        assertThat(reported()).isSameAs(bug);
    }

    @Test
    void aCancelledTaskIsNoFailure() throws Exception {
        ScheduledExecutorService single = threads.single("single");
        CountDownLatch held = new CountDownLatch(1);
        single.execute(() -> await(held));
        Future<?> waiting = single.schedule(this::fail, 0, TimeUnit.MILLISECONDS);

        waiting.cancel(false);
        held.countDown();

        awaitIdle(single);
        assertThat(lastResort).isEmpty();
    }

    @Test
    void aTaskThatFindsAnotherThreadEndedMeanwhileIsNoFailure() throws Exception {
        ScheduledExecutorService first = threads.single("first");
        ExecutorService second = threads.fixed("second", 1);
        CountDownLatch running = new CountDownLatch(2);
        Runnable late = () -> {
            running.countDown();
            while (!first.isShutdown() || !second.isShutdown()) {
                Thread.onSpinWait();
            }
            first.execute(this::fail);
        };
        first.execute(late);
        second.execute(late);
        await(running);

        threads.close();

        assertThat(first.isTerminated()).isTrue();
        assertThat(second.isTerminated()).isTrue();
        assertThat(lastResort).isEmpty();
    }

    @Test
    void aRejectionWhileNothingEndsIsABugLikeAnyOther() throws Exception {
        RejectedExecutionException full = new RejectedExecutionException("full");
        threads.single("single").execute(() -> {
            throw full;
        });

        assertThat(reported()).isSameAs(full);
    }

    private void fail() {
        throw bug;
    }

    private Throwable reported() throws InterruptedException {
        return lastResort.poll(SECONDS_MAX, TimeUnit.SECONDS);
    }

    private static void awaitIdle(ExecutorService single) throws Exception {
        single.submit(() -> {}).get(SECONDS_MAX, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
