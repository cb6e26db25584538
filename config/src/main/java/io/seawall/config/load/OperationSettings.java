package io.seawall.config.load;

import io.seawall.config.Key;
import io.seawall.config.Operation;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Reads the keys of the process itself. The ids of checks are the audit's to verify.
record OperationSettings(Settings settings, Values values) {

    Optional<Operation> operation() {
        Optional<Path> stateDir = values.path(Key.STATE_DIR);
        Optional<Operation.LogFormat> log = values.choice(Key.LOG, Operation.LogFormat.values());
        Optional<Operation.LogLevel> level = values.choice(Key.LOG_LEVEL, Operation.LogLevel.values());
        Optional<Boolean> allowRoot = values.flag(Key.ALLOW_ROOT);
        Set<String> risks = acceptedRisks();
        return stateDir.flatMap(folder -> log.flatMap(format -> level.flatMap(least -> allowRoot
                .map(root -> new Operation(folder.toAbsolutePath().normalize(), format, least, root, risks)))));
    }

    private Set<String> acceptedRisks() {
        Set<String> ids = new LinkedHashSet<>();
        for (String id : settings.list(Key.ACCEPT_RISK)) {
            if (id.matches("[a-z0-9-]+\\.[a-z0-9-]+")) {
                ids.add(id);
            } else {
                values.problem(Key.ACCEPT_RISK, id, "ids of checks, as `seawall audit` prints them",
                        "list the ids that the refusal named, or unset SEAWALL_ACCEPT_RISK");
            }
        }
        return ids;
    }
}
