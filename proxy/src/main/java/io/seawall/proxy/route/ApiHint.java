package io.seawall.proxy.route;

import java.util.List;

/// What is probably wrong with an API client's base URL, as far as a path that leads nowhere shows it. In our words alone.
/// Pure.
public final class ApiHint {
    /// What OpenAI's SDKs add to their base URL.
    private static final List<String> BELOW_V1 = List.of("/chat/completions", "/completions", "/responses",
            "/embeddings", "/models");

    private ApiHint() {}

    /// A sentence with a blank in front; empty where the path shows nothing.
    public static String of(String path) {
        if (path.contains("//")) {
            return " Does a base URL end in a slash?";
        }
        return BELOW_V1.stream().anyMatch(end -> path.equals(end) || path.startsWith(end + "/"))
                ? " The API is below /v1: does the base URL lack it?"
                : "";
    }
}
