package io.flotilla.client;

import com.google.protobuf.ByteString;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetQuestion;
import io.flotilla.client.internal.fetch.OffsetLookup;
import io.flotilla.client.internal.loop.ClientLoop;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.rpc.AdminCalls;
import io.flotilla.client.internal.rpc.GroupCalls;
import io.flotilla.client.internal.rpc.QuorumCalls;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.AlterConfigsRequest;
import io.flotilla.proto.v1.AlterConfigsResponse;
import io.flotilla.proto.v1.AlterPartitionReassignmentsRequest;
import io.flotilla.proto.v1.AlterPartitionReassignmentsResponse;
import io.flotilla.proto.v1.CreatePartitionsRequest;
import io.flotilla.proto.v1.CreatePartitionsResponse;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import io.flotilla.proto.v1.DescribeConfigsRequest;
import io.flotilla.proto.v1.DescribeConfigsResult;
import io.flotilla.proto.v1.DescribeFeaturesRequest;
import io.flotilla.proto.v1.ElectLeadersRequest;
import io.flotilla.proto.v1.ElectLeadersResponse;
import io.flotilla.proto.v1.ExplainPartitionRequest;
import io.flotilla.proto.v1.ListPartitionReassignmentsRequest;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.MetadataServiceDescribeResponse;
import io.flotilla.proto.v1.Topic;
import io.flotilla.proto.v1.TopicRef;
import io.flotilla.proto.v1.TopicToDelete;
import io.flotilla.proto.v1.UpdateFeaturesRequest;
import io.flotilla.proto.v1.UpdateFeaturesResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Administers the cluster. Calls run on the caller's thread, go to whichever broker answers, and are repeated until one
 * does or {@code default.api.timeout.ms} is over; a repeated change is made once. What one call has changed, the next
 * call of the same admin sees. Safe for any number of threads. Whoever makes an admin closes it.
 *
 * <p>Every method throws {@link FlotillaException} when the call as a whole fails.
 */
public final class Admin implements AutoCloseable {
    private final ClientEngine engine;
    private final AdminCalls calls;
    private final MetadataFollower metadata;
    private final OffsetLookup lookup;
    private final OffsetQueries queries;
    private final QuorumAdmin quorum;
    private final GroupAdmin groups;
    /** The newest revision that a change of ours has made. */
    private final AtomicLong revision = new AtomicLong();

    /** An admin configured by names and values, for example java.util.Properties. */
    public Admin(Map<?, ?> config) {
        this(AdminConfig.of(config));
    }

    public Admin(AdminConfig config) {
        ClientConfig client = config.client();
        RandomGenerator random = ClientWiring.random();
        this.engine = new ClientEngine("flotilla-admin", client, new Body());
        this.calls = new AdminCalls(
                engine.channels(),
                client.bootstrap(),
                new AdminCalls.Patience(config.apiTimeoutMs(), client.requestTimeoutMs(), client.retries()),
                ClientWiring.clock(),
                ClientWiring.random());
        this.quorum = new QuorumAdmin(new QuorumCalls(calls), ClientWiring.clock());
        this.groups = new GroupAdmin(new GroupCalls(calls));
        this.metadata = engine.metadata(random);
        this.lookup = new OffsetLookup(metadata, engine.fetches(), client.retries(), random);
        this.queries = new OffsetQueries(engine.loop(), lookup, config.apiTimeoutMs());
        engine.start();
    }

    /** Runs the search for offsets on the loop. */
    private final class Body implements ClientLoop.Body {
        private static final long STUCK_NANOS = 500_000_000;

        @Override
        public long advance(long nowNanos) {
            long wait = Math.min(metadata.advance(nowNanos), lookup.advance(nowNanos));
            if (lookup.isStuck()) {
                metadata.doubt(nowNanos);
                return Math.min(wait, STUCK_NANOS);
            }
            metadata.trust();
            return wait;
        }

        @Override
        public void crashed(Throwable cause) {
            metadata.close();
        }
    }

    /** Creates topics, each on its own: one may fail while others succeed. The results are in the topics' order. */
    public List<TopicResult> createTopics(Collection<NewTopic> topics) {
        return createTopics(topics, false);
    }

    /** Checks whether topics could be created, and creates none. */
    public List<TopicResult> validateTopics(Collection<NewTopic> topics) {
        return createTopics(topics, true);
    }

    private List<TopicResult> createTopics(Collection<NewTopic> topics, boolean validateOnly) {
        CreateTopicsResponse answer = calls.createTopics(CreateTopicsRequest.newBuilder()
                .addAllTopics(topics.stream().map(AdminMessages::message).toList())
                .setValidateOnly(validateOnly)
                .setRequestId(requestId())
                .build());
        saw(answer.getRevision());
        return answer.getResultsList().stream().map(AdminMessages::result).toList();
    }

    /** Deletes topics and their records for good, each on its own. The results are in the topics' order. */
    public List<TopicResult> deleteTopics(Collection<String> topics) {
        DeleteTopicsResponse answer = calls.deleteTopics(DeleteTopicsRequest.newBuilder()
                .addAllTopics(topics.stream()
                        .map(name -> TopicToDelete.newBuilder().setName(name).build())
                        .toList())
                .setRequestId(requestId())
                .build());
        saw(answer.getRevision());
        return answer.getResultsList().stream().map(AdminMessages::result).toList();
    }

    /**
     * Deletes the records of partitions below an offset for good, -1 meaning all that are committed, each on its own.
     * The results are in the order of the partitions.
     */
    public List<DeletedRecords> deleteRecords(Map<TopicPartition, Long> beforeOffsets) {
        return calls.deleteRecords(OperationMessages.deletion(beforeOffsets)).getResultsList().stream()
                .map(OperationMessages::result)
                .toList();
    }

    /** Elects leaders of one or more partitions. A preferred one takes over once the present leader has drained. */
    public List<ElectionOutcome> electLeaders(ElectionKind kind, Collection<TopicPartition> partitions) {
        return elect(ElectLeadersRequest.newBuilder()
                .setType(OperationMessages.message(kind))
                .addAllTopics(OperationMessages.message(partitions)));
    }

    /** Elects leaders of all partitions of the cluster; only those that change or fail are answered. */
    public List<ElectionOutcome> electLeadersOfAll(ElectionKind kind) {
        return elect(ElectLeadersRequest.newBuilder()
                .setType(OperationMessages.message(kind))
                .setEveryPartition(true));
    }

    private List<ElectionOutcome> elect(ElectLeadersRequest.Builder request) {
        ElectLeadersResponse answer =
                calls.electLeaders(request.setRequestId(requestId()).build());
        saw(answer.getRevision());
        return answer.getResultsList().stream().map(OperationMessages::outcome).toList();
    }

    /** Changes configs, all of a resource's changes or none; keys that are not named stay as they are. */
    public List<OperationResult<ConfigResource>> alterConfigs(
            Map<ConfigResource, ? extends Collection<ConfigChange>> changes) {
        return alterConfigs(changes, false);
    }

    /** Checks whether configs could be changed so, and changes none. */
    public List<OperationResult<ConfigResource>> validateConfigs(
            Map<ConfigResource, ? extends Collection<ConfigChange>> changes) {
        return alterConfigs(changes, true);
    }

    private List<OperationResult<ConfigResource>> alterConfigs(
            Map<ConfigResource, ? extends Collection<ConfigChange>> changes, boolean validateOnly) {
        AlterConfigsRequest.Builder request =
                AlterConfigsRequest.newBuilder().setValidateOnly(validateOnly).setRequestId(requestId());
        new TreeMap<>(changes)
                .forEach((resource, wanted) -> request.addAlterations(OperationMessages.message(resource, wanted)));
        AlterConfigsResponse answer = calls.alterConfigs(request.build());
        saw(answer.getRevision());
        return answer.getResultsList().stream().map(OperationMessages::result).toList();
    }

    /**
     * The configs that hold for a topic or a broker, in the order of their keys. A broker answers for itself.
     *
     * @throws FlotillaException UNKNOWN_TOPIC_OR_PARTITION or BROKER_ID_NOT_REGISTERED when there is no such thing
     */
    public List<ConfigEntry> describeConfigs(ConfigResource resource) {
        DescribeConfigsRequest request = DescribeConfigsRequest.newBuilder()
                .addResources(OperationMessages.message(resource))
                .setMinRevision(revision.get())
                .build();
        boolean ofBroker = resource.type() == ConfigResource.Type.BROKER
                && !resource.name().isEmpty();
        DescribeConfigsResult result = (ofBroker
                        ? calls.describeConfigs(AdminMessages.endpoint(describeCluster(), resource.name()), request)
                        : calls.describeConfigs(request))
                .getResults(0);
        if (result.hasError()) {
            throw Errors.ofMessage(result.getError()).exception();
        }
        return result.getEntriesList().stream().map(OperationMessages::entry).toList();
    }

    /** Gives topics more partitions, each on its own, at most 1,000 at once. The results are in the topics' order. */
    public List<OperationResult<String>> createPartitions(Collection<NewPartitions> topics) {
        CreatePartitionsResponse answer = calls.createPartitions(CreatePartitionsRequest.newBuilder()
                .addAllTopics(topics.stream().map(OperationMessages::message).toList())
                .setRequestId(requestId())
                .build());
        saw(answer.getRevision());
        return answer.getResultsList().stream().map(OperationMessages::result).toList();
    }

    /**
     * Begins to move partitions to other brokers, or changes where a move goes, each on its own, at most 1,000 at once.
     *
     * @param targets replicas to have in the end, preferred leader first; an empty list cancels the move under way
     */
    public List<OperationResult<TopicPartition>> alterPartitionReassignments(
            Map<TopicPartition, List<Integer>> targets) {
        AlterPartitionReassignmentsResponse answer =
                calls.alterReassignments(AlterPartitionReassignmentsRequest.newBuilder()
                        .addAllReassignments(OperationMessages.message(targets))
                        .setRequestId(requestId())
                        .build());
        saw(answer.getRevision());
        return answer.getResultsList().stream().map(OperationMessages::result).toList();
    }

    /** The moves under way, all of the cluster, in the order of topics and partitions. */
    public List<PartitionReassignment> listPartitionReassignments() {
        return calls
                .listReassignments(ListPartitionReassignmentsRequest.newBuilder()
                        .setMinRevision(revision.get())
                        .build())
                .getReassignmentsList()
                .stream()
                .map(OperationMessages::reassignment)
                .toList();
    }

    /**
     * Why a partition is as it is; needs a reachable active controller.
     *
     * @throws FlotillaException UNKNOWN_TOPIC_OR_PARTITION when there is no such partition
     */
    public PartitionExplanation explainPartition(TopicPartition partition) {
        return OperationMessages.explanation(calls.explainPartition(ExplainPartitionRequest.newBuilder()
                .setTopic(partition.topic())
                .setPartition(partition.partition())
                .build()));
    }

    /** The level of features that the cluster runs at. */
    public FeatureDescription describeFeatures() {
        return OperationMessages.features(calls.describeFeatures(DescribeFeaturesRequest.newBuilder()
                .setMinRevision(revision.get())
                .build()));
    }

    /**
     * Raises the level of features; it never goes down.
     *
     * @param level 0 means the highest that every broker understands
     * @return the level from then on
     * @throws FlotillaException FEATURE_UPDATE_FAILED when a broker is in the way
     */
    public int upgradeFeatures(int level) {
        UpdateFeaturesResponse answer = calls.updateFeatures(UpdateFeaturesRequest.newBuilder()
                .setLevel(level)
                .setRequestId(requestId())
                .build());
        saw(answer.getRevision());
        if (answer.hasError()) {
            throw Errors.ofMessage(answer.getError()).exception();
        }
        return answer.getLevel();
    }

    private static ByteString requestId() {
        return AdminMessages.bytes(ClientWiring.requestId());
    }

    private void saw(long newer) {
        revision.accumulateAndGet(newer, Math::max);
    }

    /** The names of all topics, in order. */
    public List<String> listTopics() {
        return List.copyOf(new TreeSet<>(
                describe(List.of()).getTopicsList().stream().map(Topic::getName).toList()));
    }

    /** All topics by name. */
    public Map<String, TopicDescription> describeTopics() {
        return AdminMessages.topics(describe(List.of()));
    }

    /**
     * These topics by name.
     *
     * @throws FlotillaException UNKNOWN_TOPIC_OR_PARTITION when one of them does not exist
     */
    public Map<String, TopicDescription> describeTopics(Collection<String> topics) {
        if (topics.isEmpty()) {
            return Map.of();
        }
        MetadataServiceDescribeResponse answer = describe(topics);
        if (answer.getUnknownTopicsCount() > 0) {
            String missing = String.join(
                    ", ",
                    answer.getUnknownTopicsList().stream()
                            .map(TopicRef::getName)
                            .toList());
            throw FlotillaError.notApplied(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "topic does not exist: " + missing)
                    .exception();
        }
        return AdminMessages.topics(answer);
    }

    /** The brokers, the active controller, the cluster's id. */
    public ClusterDescription describeCluster() {
        return AdminMessages.cluster(describe(AdminMessages.NO_TOPIC));
    }

    private MetadataServiceDescribeResponse describe(Collection<String> topics) {
        return describe(topics.stream()
                .map(name -> TopicRef.newBuilder().setName(name).build())
                .toArray(TopicRef[]::new));
    }

    private MetadataServiceDescribeResponse describe(TopicRef... topics) {
        return calls.describe(MetadataServiceDescribeRequest.newBuilder()
                .addAllTopics(List.of(topics))
                .setMinRevision(revision.get())
                .build());
    }

    /** Consumer groups. */
    public GroupAdmin groups() {
        return groups;
    }

    /** Changes to the metadata quorum. */
    public QuorumAdmin quorum() {
        return quorum;
    }

    /** The state of the metadata quorum; needs a reachable active controller. */
    public QuorumDescription describeQuorum() {
        return AdminMessages.quorum(calls.describeQuorum());
    }

    /** Offsets by partition; -1 where no record qualifies. */
    public Map<TopicPartition, Long> listOffsets(Map<TopicPartition, OffsetSpec> specs) {
        Map<TopicPartition, OffsetQuestion> questions = new TreeMap<>();
        specs.forEach((partition, spec) -> questions.put(partition, OffsetSpec.question(spec)));
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        queries.ask(questions).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /**
     * What each replica holds below the high watermark; replicas that agree have equal digests.
     *
     * @param partitions empty means all
     */
    public List<ReplicaDigest> verifyReplicas(String topic, Collection<Integer> partitions) {
        return AdminMessages.digests(calls.verifyReplicas(AdminMessages.verification(topic, partitions)));
    }

    /**
     * How brokers' log directories are: whether they work, their space, and the logs in them.
     *
     * @param brokers empty means all
     * @param topics whose logs are told; empty means all
     */
    public List<BrokerLogDirs> describeLogDirs(Collection<Integer> brokers, Collection<String> topics) {
        return AdminMessages.logDirs(calls.describeLogDirs(AdminMessages.logDirsOf(brokers, topics)));
    }

    @Override
    public void close() {
        engine.close(metadata::close);
    }
}
