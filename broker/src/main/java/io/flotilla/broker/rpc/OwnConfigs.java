package io.flotilla.broker.rpc;

import java.util.List;

/** What this broker was started with. */
public record OwnConfigs(int brokerId, List<Setting> settings) {
    public OwnConfigs {
        settings = List.copyOf(settings);
    }

    /**
     * One key of its file.
     *
     * @param given whether the file or the environment sets it; else the value is the default
     */
    public record Setting(String key, String value, boolean given) {}
}
