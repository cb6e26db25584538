package io.seawall.config;

import java.nio.file.Path;
import java.util.Set;

/// How the process itself runs.
///
/// @param stateDir absolute
/// @param acceptRisk ids of checks whose failure does not keep Seawall from starting
public record Operation(Path stateDir, LogFormat log, LogLevel logLevel, boolean allowRoot,
        Set<String> acceptRisk) {
    public Operation {
        acceptRisk = Ordered.copy(acceptRisk);
        if (!stateDir.isAbsolute()) {
            throw new IllegalArgumentException("state directory: " + stateDir + " (expected: an absolute path)");
        }
    }

    public enum LogFormat {
        AUTO, JSON, TEXT
    }

    /// The least severe lines that are written.
    public enum LogLevel {
        ERROR, WARNING, INFO
    }
}
