package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.fetch.FetchTransport.FoundOffset;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetQuestion;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetSpec;
import io.flotilla.client.internal.fetch.OffsetLookup;
import io.flotilla.client.internal.loop.ClientLoop;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the loop for offsets and waits for the answers on the caller's thread. */
final class OffsetQueries {
    private static final long GRACE_MS = 1_000;

    private final ClientLoop loop;
    private final OffsetLookup lookup;
    private final long timeoutMs;

    OffsetQueries(ClientLoop loop, OffsetLookup lookup, long timeoutMs) {
        this.loop = loop;
        this.lookup = lookup;
        this.timeoutMs = timeoutMs;
    }

    Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetQuestion> questions = new TreeMap<>();
        partitions.forEach(partition -> questions.put(partition, new OffsetQuestion(spec, 0)));
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        ask(questions).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    Map<TopicPartition, OffsetAndTimestamp> atTimes(Map<TopicPartition, Long> timestampsMs) {
        Map<TopicPartition, OffsetQuestion> questions = new TreeMap<>();
        timestampsMs.forEach((partition, timestampMs) ->
                questions.put(partition, new OffsetQuestion(OffsetSpec.TIMESTAMP, timestampMs)));
        Map<TopicPartition, OffsetAndTimestamp> offsets = new TreeMap<>();
        ask(questions).forEach((partition, found) -> {
            if (found.offset() >= 0) {
                offsets.put(
                        partition, new OffsetAndTimestamp(found.offset(), found.timestampMs(), found.leaderEpoch()));
            }
        });
        return offsets;
    }

    /** Asks all at once; throws the first failure. */
    Map<TopicPartition, FoundOffset> ask(Map<TopicPartition, OffsetQuestion> questions) {
        Map<TopicPartition, CompletableFuture<FoundOffset>> answers = new TreeMap<>();
        questions.forEach((partition, question) -> answers.put(partition, ask(partition, question)));
        Map<TopicPartition, FoundOffset> found = new TreeMap<>();
        answers.forEach((partition, answer) -> found.put(partition, await(partition, answer)));
        return found;
    }

    private CompletableFuture<FoundOffset> ask(TopicPartition partition, OffsetQuestion question) {
        CompletableFuture<FoundOffset> answer = new CompletableFuture<>();
        PartitionName name = new PartitionName(partition.topic(), partition.partition());
        loop.execute(() -> lookup.ask(name, question, timeoutMs, new FetchTransport.OffsetListener() {
            @Override
            public void found(FoundOffset offset) {
                answer.complete(offset);
            }

            @Override
            public void failed(FlotillaError error) {
                answer.completeExceptionally(error.exception());
            }
        }));
        return answer;
    }

    private FoundOffset await(TopicPartition partition, CompletableFuture<FoundOffset> answer) {
        try {
            return answer.get(timeoutMs + GRACE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FlotillaException known) {
                throw new FlotillaException(known.error(), known);
            }
            throw new IllegalStateException("asking for offsets of " + partition + " failed", e.getCause());
        } catch (TimeoutException e) {
            throw timedOut(partition, "no answer within default.api.timeout.ms " + timeoutMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw timedOut(partition, "interrupted");
        }
    }

    private static FlotillaException timedOut(TopicPartition partition, String why) {
        return FlotillaError.notApplied(ErrorCode.REQUEST_TIMED_OUT, "offsets of " + partition + ": " + why)
                .exception();
    }
}
