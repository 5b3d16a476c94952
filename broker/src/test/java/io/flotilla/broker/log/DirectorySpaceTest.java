package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import org.junit.jupiter.api.Test;

class DirectorySpaceTest {
    private static final long MIN = 8_000;

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final DirectorySpace space = new DirectorySpace(disk, MIN);

    private void find(long freeBytes) {
        disk.limitFreeBytes(freeBytes);
        space.look();
    }

    @Test
    void aDiskThatNobodyHasLookedAtTakesAll() {
        disk.limitFreeBytes(0);
        assertThat(space.takesRecords()).isTrue();
        assertThat(space.takesReplicas()).isTrue();
    }

    @Test
    void leadersStopAtTheMinimumAndFollowersAtHalfOfIt() {
        find(MIN);
        assertThat(space.takesRecords()).isTrue();
        find(MIN - 1);
        assertThat(space.takesRecords()).isFalse();
        assertThat(space.takesReplicas()).isTrue();
        find(MIN / 2 - 1);
        assertThat(space.takesReplicas()).isFalse();
    }

    @Test
    void thereHasToBeClearlyEnoughAgain() {
        find(0);
        find(MIN / 2 + MIN / 16 - 1);
        assertThat(space.takesReplicas()).isFalse();
        find(MIN / 2 + MIN / 16);
        assertThat(space.takesReplicas()).isTrue();
        find(MIN + MIN / 8 - 1);
        assertThat(space.takesRecords()).isFalse();
        find(MIN + MIN / 8);
        assertThat(space.takesRecords()).isTrue();
        find(MIN);
        assertThat(space.takesRecords()).isTrue();
    }

    @Test
    void whatIsAppendedBetweenTwoLooksCountsAtOnce() {
        find(MIN + 100);
        space.onAppended(100);
        assertThat(space.takesRecords()).isTrue();
        space.onAppended(1);
        assertThat(space.takesRecords()).isFalse();
        space.onAppended((int) MIN / 2);
        assertThat(space.takesReplicas()).isFalse();
        find(MIN + 100); // something else went meanwhile
        assertThat(space.takesRecords()).isTrue();
    }

    @Test
    void aDiskThatCannotBeAskedChangesNothing() {
        var broken = new ForwardingDisk(disk) {
            private boolean silent;

            @Override
            public long freeBytes() {
                if (silent) {
                    throw new DiskException(DiskException.Kind.IO, "stale file handle");
                }
                return super.freeBytes();
            }
        };
        var asked = new DirectorySpace(broken, MIN);
        disk.limitFreeBytes(0);
        asked.look();
        broken.silent = true;
        disk.limitFreeBytes(Long.MAX_VALUE);
        asked.look();
        assertThat(asked.takesRecords()).isFalse();
        broken.silent = false;
        asked.look();
        assertThat(asked.takesRecords()).isTrue();
    }

    @Test
    void withoutAMinimumNobodyMinds() {
        var careless = new DirectorySpace(disk, 0);
        disk.limitFreeBytes(0);
        careless.look();
        careless.onAppended(1);
        assertThat(careless.takesRecords()).isTrue();
        assertThat(careless.takesReplicas()).isTrue();
    }

    @Test
    void aNegativeMinimumIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DirectorySpace(disk, -1))
                .withMessageContaining("log.free.bytes.min is -1");
    }

    @Test
    void theShortageSaysWhereHowMuchAndWhatHelps() {
        find(10);
        assertThat(space.shortage())
                .contains("/data", "10 bytes free", "log.free.bytes.min 8000", "retention.bytes", "delete-records");
    }
}
