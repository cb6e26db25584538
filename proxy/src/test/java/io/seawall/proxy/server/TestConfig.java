package io.seawall.proxy.server;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.load.ConfigLoader;
import java.util.LinkedHashMap;
import java.util.Map;

/// A configuration that is accepted, with webhooks on, and what becomes of it when lines are added. A line `NAME=` unsets
/// a name, because blank counts as not set.
public final class TestConfig {
    public static final String PASSWORD = "seven calm otters";
    public static final String GATEWAY_TOKEN = "8d1f4b7e02c95a63f0e8b21d7c6a9435";
    public static final String HOOKS_TOKEN = "k2v9QzR4mT7xW1bN6cY3hJ";

    /// The defaults of what a client may cost.
    public static final Config.Http HTTP = of().http();

    private TestConfig() {}

    public static Map<String, String> environment(String... lines) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("AUTH_PASSWORD", PASSWORD);
        environment.put("OPENCLAW_GATEWAY_TOKEN", GATEWAY_TOKEN);
        environment.put("HOOKS_ENABLED", "true");
        environment.put("HOOKS_TOKEN", HOOKS_TOKEN);
        environment.put("SEAWALL_HOSTS", "claw.example.com");
        for (String line : lines) {
            int equals = line.indexOf('=');
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return environment;
    }

    public static Config of(String... lines) {
        try {
            return ConfigLoader.load(environment(lines)).config();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
