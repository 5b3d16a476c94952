package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.internal.batch.Acks;
import io.flotilla.model.id.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfigTest {
    /** Shorter here, so that a dead leader is replaced fast; and there is no default list of brokers. */
    private static final Set<String> UNLIKE_KAFKA =
            Set.of("retry.backoff.ms", "retry.backoff.max.ms", "reconnect.backoff.ms", "bootstrap.servers");

    private static ProducerConfig producer(String... settings) {
        return ProducerConfig.of(config(settings));
    }

    private static Map<String, String> config(String... settings) {
        Map<String, String> config = new HashMap<>(Map.of("bootstrap.servers", "a:1"));
        for (int i = 0; i < settings.length; i += 2) {
            config.put(settings[i], settings[i + 1]);
        }
        return config;
    }

    @Test
    void producerDefaultsAreKafkas() {
        assertKafkas(ProducerConfig.defaults(), org.apache.kafka.clients.producer.ProducerConfig.configDef());
    }

    @Test
    void consumerDefaultsAreKafkas() {
        assertKafkas(ConsumerConfig.defaults(), org.apache.kafka.clients.consumer.ConsumerConfig.configDef());
    }

    @Test
    void adminDefaultsAreKafkas() {
        assertKafkas(AdminConfig.defaults(), org.apache.kafka.clients.admin.AdminClientConfig.configDef());
    }

    private static void assertKafkas(Map<String, String> ours, ConfigDef kafkas) {
        ours.forEach((name, value) -> {
            assertThat(kafkas.configKeys()).containsKey(name);
            if (!UNLIKE_KAFKA.contains(name)) {
                assertThat(value).as(name).isEqualTo(text(kafkas.defaultValues().get(name)));
            }
        });
    }

    /** As it would be written in a file: no class is nothing, as is an empty list. */
    private static String text(@Nullable Object kafkas) {
        if (kafkas instanceof List<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return kafkas == null ? "" : String.valueOf(kafkas);
    }

    @Test
    void readsProperties() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "one:9092, two:9102");
        properties.put("linger.ms", 7);
        ProducerConfig config = ProducerConfig.of(properties);
        assertThat(config.client().bootstrap())
                .isEqualTo(List.of(new Endpoint("one", 9092), new Endpoint("two", 9102)));
        assertThat(config.settings().batching().lingerMs()).isEqualTo(7);
    }

    @Test
    void aMistypedNameIsRefusedWithTheNearestOne() {
        assertThatThrownBy(() -> producer("liner.ms", "5"))
                .hasMessage("unknown configuration 'liner.ms'; did you mean 'linger.ms'?");
        assertThatThrownBy(() -> ConsumerConfig.of(config("auto.offset.rest", "none")))
                .hasMessageContaining("did you mean 'auto.offset.reset'?");
    }

    @Test
    void aBadValueIsRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> producer("linger.ms", "soon")).hasMessage("linger.ms=soon is not a whole number");
        assertThatThrownBy(() -> producer("linger.ms", "-1")).hasMessageContaining("linger.ms=-1 is not in 0..");
        assertThatThrownBy(() -> producer("compression.type", "zst"))
                .hasMessageContaining("none, gzip, snappy, lz4, zstd")
                .hasMessageContaining("did you mean 'zstd'?");
        assertThatThrownBy(() -> producer("bootstrap.servers", "nowhere"))
                .hasMessageContaining("bootstrap.servers: 'nowhere' is not host:port");
        assertThatThrownBy(() -> ProducerConfig.of(Map.of())).hasMessageContaining("bootstrap.servers is missing");
    }

    @Test
    void whatNeedsAGroupIsRefusedWithoutOne() {
        assertThat(ConsumerConfig.of(config()).group()).isEmpty();
        assertThatThrownBy(() -> ConsumerConfig.of(config("enable.auto.commit", "true")))
                .hasMessageContaining("needs group.id");
        assertThatThrownBy(() -> ConsumerConfig.of(config("group.instance.id", "till-1")))
                .hasMessageContaining("needs group.id");
        assertThatThrownBy(() -> ConsumerConfig.of(config("group.id", "g", "group.remote.assignor", "rang")))
                .hasMessageContaining("did you mean 'range'?");
        assertThat(ConsumerConfig.of(config("group.id", "g"))
                        .group()
                        .orElseThrow()
                        .autoCommitMs())
                .contains(5_000L);
    }

    @Test
    void idempotenceIsOnUnlessSomethingRulesItOut() {
        assertThat(producer().settings().delivery().idempotent()).isTrue();
        assertThat(producer().settings().delivery().acks()).isEqualTo(Acks.ALL);
        assertThat(producer("acks", "1").settings().delivery().idempotent()).isFalse();
        assertThat(producer("max.in.flight.requests.per.connection", "6")
                        .settings()
                        .delivery()
                        .idempotent())
                .isFalse();
        assertThat(producer("enable.idempotence", "false").settings().delivery().idempotent())
                .isFalse();
    }

    @Test
    void idempotenceAskedForAgainstTheRulesIsRefused() {
        assertThatThrownBy(() -> producer("acks", "1", "enable.idempotence", "true"))
                .hasMessageContaining("acks=all");
    }

    @Test
    void aDeliveryTimeoutBelowOneAttemptIsRefused() {
        assertThatThrownBy(() -> producer("delivery.timeout.ms", "1000"))
                .hasMessageContaining("linger.ms + request.timeout.ms = 30005");
    }
}
