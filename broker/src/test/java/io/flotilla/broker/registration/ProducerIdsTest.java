package io.flotilla.broker.registration;

import static io.flotilla.broker.registration.ScriptedController.last;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.registration.ControllerClient.ProducerIdBlock;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProducerIdsTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final ScriptedController controller = new ScriptedController();
    private final ProducerIds ids = new ProducerIds(loop, controller, () -> 4);

    @Test
    void idsComeFromABlockUntilItIsUsedUp() {
        List<CompletableFuture<Long>> asked =
                IntStream.range(0, 5).mapToObj(i -> ids.next()).toList();
        loop.run();
        assertThat(controller.blocks).hasSize(1);

        last(controller.blocks).complete(new ProducerIdBlock(2_000, 3));
        loop.run();
        assertThat(controller.blocks).hasSize(2);
        last(controller.blocks).complete(new ProducerIdBlock(7_000, 1_000));
        loop.run();

        assertThat(asked).extracting(CompletableFuture::join).containsExactly(2_000L, 2_001L, 2_002L, 7_000L, 7_001L);
    }

    @Test
    void anUnreachableControllerIsAskedAgainAndTheBlockOfALostAnswerIsNeverUsed() {
        CompletableFuture<Long> id = ids.next();
        loop.run();

        last(controller.blocks)
                .completeExceptionally(FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "no answer")
                        .exception());
        loop.pass(100);
        assertThat(controller.blocks).hasSize(2);
        last(controller.blocks).complete(new ProducerIdBlock(1_000, 1_000));
        loop.run();

        assertThat(id).isCompletedWithValue(1_000L);
    }

    @Test
    void aCallerThatGaveUpCostsNoId() {
        CompletableFuture<Long> impatient = ids.next();
        CompletableFuture<Long> patient = ids.next();
        loop.run();
        impatient.cancel(false);

        last(controller.blocks).complete(new ProducerIdBlock(0, 1_000));
        loop.run();

        assertThat(patient).isCompletedWithValue(0L);
    }

    @Test
    void aFloodOfCallersIsRefusedWithABound() {
        List<CompletableFuture<Long>> asked =
                IntStream.range(0, 10_001).mapToObj(i -> ids.next()).toList();
        loop.run();

        assertThat(asked.get(9_999)).isNotDone();
        assertThat(asked.get(10_000)).isCompletedExceptionally();
    }
}
