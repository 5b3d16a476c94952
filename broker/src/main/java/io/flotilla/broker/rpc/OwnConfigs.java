package io.flotilla.broker.rpc;

import java.util.List;

/**
 * What this broker was started with.
 *
 * @param settings the keys of its file
 * @param ofTopics what holds here for topics that say nothing, under the names of the topics' configs
 */
public record OwnConfigs(int brokerId, List<Setting> settings, List<Setting> ofTopics) {
    public OwnConfigs {
        settings = List.copyOf(settings);
        ofTopics = List.copyOf(ofTopics);
    }

    /**
     * One key and its value.
     *
     * @param given whether the file or the environment sets it; else the value is the default
     */
    public record Setting(String key, String value, boolean given) {}
}
