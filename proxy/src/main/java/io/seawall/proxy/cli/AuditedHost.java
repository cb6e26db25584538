package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.Sources;
import io.seawall.proxy.Certificates;
import io.seawall.proxy.audit.World;
import io.seawall.proxy.auth.HashCheck;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// This host, as the audit looks at it.
public final class AuditedHost {
    private AuditedHost() {}

    /// Also where the configuration is refused: that is a finding, not the end.
    public static World of(Sources sources) {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> environment;
        try {
            environment = sources.environment();
        } catch (ConfigException e) {
            problems.addAll(e.problems());
            environment = sources.anyEnvironment();
        }
        Optional<Config> config = Optional.empty();
        try {
            config = Optional.of(ConfigLoader.load(environment, HashCheck::matches).config());
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
        return of(sources, environment, config, problems);
    }

    /// The same with a configuration that was found to be valid.
    static World of(Sources sources, Config config) {
        Map<String, String> environment;
        try {
            environment = sources.environment();
        } catch (ConfigException e) {
            environment = sources.process();
        }
        return of(sources, environment, Optional.of(config), List.of());
    }

    private static World of(Sources sources, Map<String, String> environment, Optional<Config> config,
            List<Problem> problems) {
        return new World(environment, config, problems, config.map(Certificates::stored).orElse(List.of()),
                sources.folder(), Instant.now());
    }
}
