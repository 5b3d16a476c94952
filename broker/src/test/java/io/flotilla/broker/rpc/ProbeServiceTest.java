package io.flotilla.broker.rpc;

import static io.flotilla.broker.metadata.Cluster.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ProbeServiceGrpc;
import io.flotilla.proto.internal.v1.WhoAreYouRequest;
import io.flotilla.proto.internal.v1.WhoAreYouResponse;
import org.junit.jupiter.api.Test;

class ProbeServiceTest {
    @Test
    void aProcessSaysWhichRunOfWhichBrokerItIs() {
        try (InProcessBroker broker = new InProcessBroker(new ProbeService(7, run(4)).bindService())) {
            WhoAreYouResponse answer =
                    ProbeServiceGrpc.newBlockingStub(broker.channel()).whoAreYou(WhoAreYouRequest.getDefaultInstance());

            assertThat(answer)
                    .isEqualTo(WhoAreYouResponse.newBuilder()
                            .setBrokerId(7)
                            .setIncarnation(Ids.bytes(run(4)))
                            .build());
        }
    }
}
