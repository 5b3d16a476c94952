package io.flotilla.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesTest {
    @Test
    void theMedianIsTheMiddleOfAnyOrder() {
        assertThat(Series.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5.0);
        assertThat(Series.median(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3.0);
        assertThat(Series.median(List.of())).isNaN();
    }

    @Test
    void theRangeIsTheLeastAndTheGreatest() {
        Series series = new Series();
        series.add(new Workload.Figure(3, 30));
        series.add(new Workload.Figure(1, 10));
        series.add(new Workload.Figure(2, 20));
        assertThat(series.range()).isEqualTo("1.0-3.0");
        assertThat(series.median()).isEqualTo(2);
        assertThat(series.medianCpuSeconds()).isEqualTo(20);
    }

    @Test
    void everyWorkloadIsFoundByItsName() {
        assertThat(Workloads.ALL)
                .allSatisfy(
                        workload -> assertThat(Workloads.named(workload.name())).contains(workload));
        assertThat(Workloads.ALL).extracting(Workload::name).doesNotHaveDuplicates();
        assertThat(Workloads.named("nothing")).isEmpty();
    }
}
