package io.flotilla.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.id.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NodeConfigTest {
    @Test
    void aMinimalFileGetsSafeDefaults() throws ConfigException {
        NodeConfig config = config(Map.of());

        assertThat(config.broker()).isTrue();
        assertThat(config.controller()).isTrue();
        assertThat(config.topicDefaults().configs()).containsEntry("durability", "synced");
        assertThat(config.topicDefaults().configs()).containsEntry("min.insync.replicas", "2");
        assertThat(config.replication().sessionTimeoutMs()).isEqualTo(3000);
        assertThat(config.quorum().metadataDir()).isEqualTo(Path.of("/data/a/__metadata"));
        assertThat(config.listeners().advertised()).containsEntry("CLIENT", new Endpoint("127.0.0.1", 9092));
    }

    @Test
    void aMistypedKeyIsRefusedWithTheNearestOne() {
        assertThat(problems(Map.of("log.dir_s", "/x")))
                .singleElement()
                .asString()
                .contains("did you mean log.dirs");
    }

    @Test
    void zooKeeperIsRefusedWithItsReplacement() {
        assertThat(problems(Map.of("zookeeper.connect", "z:2181")))
                .singleElement()
                .asString()
                .contains("controller.quorum.voters");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThat(problems(Map.of("num.partitions", "none", "log.durability", "maybe", "nonsense.key", "1")))
                .hasSize(3);
    }

    @Test
    void sessionsOfMembersFitTogether() {
        assertThat(problems(Map.of("group.consumer.session.timeout.ms", "70000")))
                .singleElement()
                .asString()
                .contains("group.consumer.max.session.timeout.ms=60000");
        assertThat(problems(Map.of("group.consumer.heartbeat.interval.ms", "5001")))
                .singleElement()
                .asString()
                .contains("at most half of group.consumer.session.timeout.ms=10000");
    }

    @Test
    void aMissingKeyIsNamed() {
        TreeMap<String, String> entries = minimal();
        entries.remove("node.id");
        assertThatThrownBy(() -> ServerProperties.of("test", entries, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("node.id is not set");
    }

    @Test
    void kafkasOldNameOfTheNodeIdWorks() throws ConfigException {
        TreeMap<String, String> entries = minimal();
        entries.remove("node.id");
        entries.put("broker.id", "1");
        assertThat(NodeConfig.of("test", ServerProperties.of("test", entries, Map.of()))
                        .nodeId())
                .isEqualTo(1);
    }

    @Test
    void theEnvironmentOverridesTheFile() throws ConfigException {
        ServerProperties properties = ServerProperties.of("test", minimal(), Map.of("FLOTILLA_LOG_DIRS", "/elsewhere"));
        assertThat(properties.text(ServerKey.LOG_DIRS)).isEqualTo("/elsewhere");
    }

    @Test
    void aControllerMustBeAVoter() {
        assertThat(problems(Map.of("node.id", "9"))).singleElement().asString().contains("not among");
    }

    @Test
    void nobodyIsToldToConnectToEverywhere() {
        assertThat(problems(Map.of("listeners", "CLIENT://0.0.0.0:9092,INTERNAL://127.0.0.1:9093")))
                .singleElement()
                .asString()
                .contains("advertised.listeners");
    }

    @Test
    void aHeartbeatTooSlowForItsSessionIsRefused() {
        assertThat(problems(Map.of("broker.heartbeat.interval.ms", "2000")))
                .singleElement()
                .asString()
                .contains("broker.session.timeout.ms=3000");
    }

    @Test
    void theFinestUnitOfRetentionThatIsGivenCounts() throws ConfigException {
        assertThat(config(Map.of()).storage().logs().retentionMs()).isEqualTo(604_800_000);
        assertThat(config(Map.of("log.retention.hours", "2")).storage().logs().retentionMs())
                .isEqualTo(7_200_000);
        assertThat(config(Map.of("log.retention.hours", "2", "log.retention.minutes", "3"))
                        .storage()
                        .logs()
                        .retentionMs())
                .isEqualTo(180_000);
        assertThat(config(Map.of("log.retention.minutes", "3", "log.retention.ms", "-1"))
                        .storage()
                        .logs()
                        .retentionMs())
                .isEqualTo(-1);
        assertThat(config(Map.of("log.roll.hours", "1")).storage().logs().segmentMs())
                .isEqualTo(3_600_000);
        assertThat(config(Map.of("log.roll.ms", "5")).storage().logs().segmentMs())
                .isEqualTo(5);
    }

    @Test
    void topicsThatSayNothingShowWhatTheFileSays() throws ConfigException {
        assertThat(config(Map.of("log.retention.hours", "2")).storage().logs().ofTopics())
                .contains(
                        new NodeConfig.Setting("retention.ms", "7200000", true),
                        new NodeConfig.Setting("segment.bytes", "134217728", false));
    }

    @Test
    void noRetentionAtAllIsRefused() {
        assertThat(problems(Map.of("log.retention.ms", "0", "log.retention.minutes", "0", "log.roll.ms", "0")))
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).contains("log.retention.ms=0", "or -1 for no limit"));
    }

    @Test
    void aBrokerAloneNeedsNoVoters() throws ConfigException {
        TreeMap<String, String> entries = minimal();
        entries.put("process.roles", "broker");
        entries.remove("controller.quorum.voters");
        NodeConfig config = NodeConfig.of("test", ServerProperties.of("test", entries, Map.of()));
        assertThat(config.broker()).isTrue();
        assertThat(config.controller()).isFalse();
        assertThat(config.remarks()).isEmpty();
    }

    @Test
    void aBrokerAloneIsNoVoter() {
        assertThat(problems(Map.of("process.roles", "broker")))
                .singleElement()
                .asString()
                .contains("node.id=1 is among controller.quorum.voters [1]", "add the role");
    }

    @Test
    void aBrokerMustFindTheControllers() {
        TreeMap<String, String> entries = minimal();
        entries.remove("controller.quorum.bootstrap.servers");
        entries.remove("log.dirs");
        assertThatThrownBy(() -> NodeConfig.of("test", ServerProperties.of("test", entries, Map.of())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("controller.quorum.bootstrap.servers is not set")
                .hasMessageContaining("log.dirs is not set");
    }

    @Test
    void aControllerAloneNeedsOnlyItsOwnDirectory() throws ConfigException {
        NodeConfig config = controllerAlone(Map.of("metadata.log.dir", "/quorum"));
        assertThat(config.broker()).isFalse();
        assertThat(config.quorum().metadataDir()).isEqualTo(Path.of("/quorum"));
        assertThat(controllerAlone(Map.of("log.dirs", "/data")).quorum().metadataDir())
                .isEqualTo(Path.of("/data/__metadata"));
    }

    @Test
    void aControllerWithoutVotersJoinsTheQuorumThatTheBootstrapServersKnow() throws ConfigException {
        NodeConfig config = config(Map.of(
                "controller.quorum.voters", "",
                "listeners", "CLIENT://127.0.0.1:9092,INTERNAL://127.0.0.1:9093,RAFT://127.0.0.1:9094"));

        assertThat(config.joinsQuorum()).isTrue();
        assertThat(config.raftListener()).isEqualTo(new Endpoint("127.0.0.1", 9094));
        assertThat(config.raftEndpoint()).isEqualTo(new Endpoint("127.0.0.1", 9094));
        assertThat(config(Map.of()).joinsQuorum()).isFalse();
    }

    @Test
    void aControllerThatJoinsNeedsAnEndpointForTheOtherVotersAndOneThatKnowsThem() {
        assertThat(problems(Map.of("controller.quorum.voters", "")))
                .singleElement()
                .asString()
                .contains("listeners needs RAFT://host:port");
        assertThat(problems(Map.of("controller.quorum.voters", "", "controller.quorum.bootstrap.servers", "")))
                .anyMatch(problem -> problem.contains("controller.quorum.voters is not set"));
    }

    @Test
    void aControllerWithoutAnyDirectoryIsRefused() {
        assertThatThrownBy(() -> controllerAlone(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("neither metadata.log.dir nor log.dirs is set");
    }

    @Test
    void aControllerAloneServesNoClients() {
        assertThat(problems(Map.of("process.roles", "controller", "listeners", "CLIENT://a:9092,INTERNAL://a:9093")))
                .singleElement()
                .asString()
                .contains("leave CLIENT out");
    }

    @Test
    void whatHasNoEffectIsRemarkedOn() throws ConfigException {
        assertThat(controllerAlone(Map.of("log.dirs", "/data", "broker.rack", "r1", "num.partitions", "3"))
                        .remarks())
                .containsExactly("broker.rack has no effect on a node that is only a controller");
    }

    @Test
    void theMemoryForProducersIsTheBrokersAndTheFreeSpaceOfTheMetadataLogTheControllers() throws ConfigException {
        assertThat(controllerAlone(Map.of("log.dirs", "/data", "producer.id.expiration.ms", "700000"))
                        .remarks())
                .containsExactly("producer.id.expiration.ms has no effect on a node that is only a controller");
        assertThat(config(Map.of(
                                "process.roles", "broker",
                                "controller.quorum.voters", "",
                                "metadata.log.free.bytes.min", "1"))
                        .remarks())
                .containsExactly("metadata.log.free.bytes.min has no effect on a node that is only a broker");
    }

    @Test
    void aControllerThatCouldAskNobodyAfterTheLossOfItsDiskIsRemarkedOn() throws ConfigException {
        TreeMap<String, String> entries = minimal();
        entries.put("process.roles", "controller");
        entries.put("controller.quorum.voters", "1@127.0.0.1:9094,2@127.0.0.1:9104");
        entries.remove("controller.quorum.bootstrap.servers");

        assertThat(NodeConfig.of("test", ServerProperties.of("test", entries, Map.of()))
                        .remarks())
                .singleElement()
                .asString()
                .contains("controller.quorum.bootstrap.servers is not set");
        assertThat(config(Map.of("controller.quorum.voters", "1@127.0.0.1:9094,2@127.0.0.1:9104"))
                        .remarks())
                .isEmpty();
    }

    @Test
    void nobodyVotesOrBootstrapsEverywhere() {
        assertThat(problems(Map.of(
                        "controller.quorum.voters", "1@0.0.0.0:9094",
                        "controller.quorum.bootstrap.servers", "0.0.0.0:9093")))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("others cannot connect to 0.0.0.0"));
    }

    @Test
    void theRaftPortListensWhereTheInternalListenerDoes() throws ConfigException {
        assertThat(config(Map.of()).raftListener()).isEqualTo(new Endpoint("127.0.0.1", 9094));
        assertThat(config(Map.of(
                                "listeners", "CLIENT://0.0.0.0:9092,INTERNAL://0.0.0.0:9093",
                                "advertised.listeners", "CLIENT://a:9092,INTERNAL://a:9093",
                                "controller.quorum.voters", "1@a:9094"))
                        .raftListener())
                .isEqualTo(new Endpoint("0.0.0.0", 9094));
    }

    /** A controller without any key that only a broker needs, and what else is given. */
    private static NodeConfig controllerAlone(Map<String, String> more) throws ConfigException {
        TreeMap<String, String> entries = new TreeMap<>(more);
        entries.put("process.roles", "controller");
        entries.put("node.id", "1");
        entries.put("cluster.id", "test");
        entries.put("listeners", "INTERNAL://127.0.0.1:9093");
        entries.put("controller.quorum.voters", "1@127.0.0.1:9094");
        return NodeConfig.of("test", ServerProperties.of("test", entries, Map.of()));
    }

    private static List<String> problems(Map<String, String> changes) {
        try {
            config(changes);
        } catch (ConfigException e) {
            return e.problems();
        }
        throw new AssertionError("accepted " + changes);
    }

    private static NodeConfig config(Map<String, String> changes) throws ConfigException {
        TreeMap<String, String> entries = minimal();
        entries.putAll(changes);
        return NodeConfig.of("test", ServerProperties.of("test", entries, Map.of()));
    }

    private static TreeMap<String, String> minimal() {
        return new TreeMap<>(Map.of(
                "node.id", "1",
                "cluster.id", "test",
                "controller.quorum.voters", "1@127.0.0.1:9094",
                "controller.quorum.bootstrap.servers", "127.0.0.1:9093",
                "log.dirs", "/data/a,/data/b"));
    }
}
