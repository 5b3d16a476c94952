package io.flotilla.chaos.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class SeedsTest {
    private static List<Long> run(Seeds seeds, LongPredicate telling) {
        List<Long> ran = new ArrayList<>();
        for (OptionalLong seed = seeds.next(); seed.isPresent(); seed = seeds.next()) {
            ran.add(seed.getAsLong());
            seeds.ran(telling.test(seed.getAsLong()));
        }
        return ran;
    }

    @Test
    void thoseThatOnceFailedComeFirstAndOnce() {
        Seeds seeds = new Seeds(List.of(77L, 2L), 1, 4);
        assertThat(run(seeds, seed -> true)).containsExactly(77L, 2L, 1L, 3L, 4L);
        assertThat(seeds.enough()).isTrue();
    }

    @Test
    void moreAreDrawnUntilEnoughSaidSomething() {
        Seeds seeds = new Seeds(List.of(), 1, 4);
        assertThat(run(seeds, seed -> seed != 2)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(seeds.enough()).isTrue();
    }

    @Test
    void tooManyThatSayNothingAreNotEnough() {
        Seeds seeds = new Seeds(List.of(), 1, 4);
        assertThat(run(seeds, seed -> seed == 1)).hasSize(8);
        assertThat(seeds.enough()).isFalse();
    }
}
