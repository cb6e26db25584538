package io.seawall.proxy.diagnose.explain;

import io.seawall.config.Config;
import io.seawall.proxy.observe.Redaction;
import java.util.ArrayList;
import java.util.List;

/// The steps of an explanation as they come, without any secret: what is asked for can hold one anywhere.
final class Steps {
    private final Redaction redaction;
    private final List<Explanation.Step> all = new ArrayList<>();

    Steps(Config config) {
        redaction = new Redaction(config.secrets());
    }

    /// @param lines those that are empty are left out, and the step where none is left
    void add(String stage, String... lines) {
        List<String> shown = new ArrayList<>();
        for (String line : lines) {
            if (!line.isEmpty()) {
                shown.add(shown(line));
            }
        }
        if (!shown.isEmpty()) {
            all.add(new Explanation.Step(stage, shown));
        }
    }

    /// A path without the secrets that paths hold by design.
    String path(String path) {
        return redaction.path(path);
    }

    String shown(String text) {
        return redaction.holdsSecret(text) ? "***" : text;
    }

    List<Explanation.Step> all() {
        return all;
    }
}
