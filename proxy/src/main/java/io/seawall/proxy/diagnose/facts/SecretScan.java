package io.seawall.proxy.diagnose.facts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Finds credentials written out in configuration: by what providers' keys look like wherever they are, and by the names
/// of the settings that hold one.
public final class SecretScan {
    /// A kind of key, as its issuer makes it.
    private record Shape(String issuer, Pattern pattern) {
        static Shape of(String issuer, String pattern) {
            return new Shape(issuer, Pattern.compile("(?<![A-Za-z0-9_-])(?:" + pattern + ")"));
        }
    }

    /// The first that matches counts.
    private static final List<Shape> SHAPES = List.of(
            Shape.of("Anthropic", "sk-ant-[A-Za-z0-9_-]{20,}"),
            Shape.of("OpenRouter", "sk-or-v1-[A-Za-z0-9]{20,}"),
            Shape.of("OpenAI", "sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}"),
            Shape.of("Google", "AIza[A-Za-z0-9_-]{35}"),
            Shape.of("Groq", "gsk_[A-Za-z0-9]{20,}"), Shape.of("xAI", "xai-[A-Za-z0-9]{20,}"),
            Shape.of("Perplexity", "pplx-[A-Za-z0-9]{20,}"), Shape.of("Hugging Face", "hf_[A-Za-z0-9]{20,}"),
            Shape.of("Replicate", "r8_[A-Za-z0-9]{20,}"), Shape.of("NVIDIA", "nvapi-[A-Za-z0-9_-]{20,}"),
            Shape.of("Tavily", "tvly-[A-Za-z0-9_-]{16,}"), Shape.of("Firecrawl", "fc-[0-9a-f]{32}"),
            Shape.of("GitHub", "gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}"),
            Shape.of("GitLab", "glpat-[A-Za-z0-9_-]{20,}"), Shape.of("AWS", "(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"),
            Shape.of("Slack", "xox[abposr]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}"),
            Shape.of("Telegram", "\\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
            Shape.of("Discord", "[MNO][A-Za-z0-9_-]{23,25}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,}"),
            Shape.of("Stripe", "(?:sk|rk)_live_[A-Za-z0-9]{20,}"), Shape.of("npm", "npm_[A-Za-z0-9]{36}"),
            Shape.of("SendGrid", "SG\\.[A-Za-z0-9_-]{20,}\\.[A-Za-z0-9_-]{20,}"),
            Shape.of("PEM private key", "-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY-----"),
            Shape.of("JSON Web Token", "eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}"));

    private static final Pattern NAMES = Pattern.compile(
            "(?i).*(?:api_?key|secret|password|passphrase|private_?key|encrypt_?key|service_?account|auth_?tag"
                    + "|(?<!max)token|credential)$|^(?:authorization|x-api-key|api-key|proxy-authorization)$");
    /// Under `env` and `vars` names are those of variables.
    private static final Pattern VARIABLES = Pattern.compile("(?i).*(?:KEY|TOKEN|SECRET|PASSWORD|PASS|CREDENTIALS)$");
    private static final List<String> NO_SECRETS = List.of("__openclaw_redacted__", "***", "true", "false", "none",
            "env", "file", "token", "password");
    private static final int MOST_FOUND = 100;
    private static final int SHORTEST_TAIL = 16;

    private SecretScan() {}

    /// One credential in clear.
    ///
    /// @param what whose it is, or that its name says so
    /// @param masked at most its last four characters
    public record Exposed(String path, String what, String masked) {
        @Override
        public String toString() {
            return path + " (" + what + ", " + masked + ")";
        }
    }

    /// The first hundred.
    public static List<Exposed> scan(JsonNode tree) {
        List<Exposed> found = new ArrayList<>();
        visit(tree, "", "", false, found);
        return found;
    }

    private static void visit(JsonNode node, String path, String name, boolean variables, List<Exposed> found) {
        if (OpenClaw.isReference(node)) {
            return;
        }
        if (node.isObject()) {
            boolean holdsVariables = name.equals("env") || name.equals("vars");
            node.properties().forEach(entry -> visit(entry.getValue(),
                    Texts.below(path, entry.getKey()), entry.getKey(), holdsVariables,
                    found));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                visit(node.get(i), Texts.below(path, i), name, variables, found);
            }
        } else if (node.isTextual() && !node.asText().isBlank()) {
            String value = node.asText();
            String what = what(name, value, variables);
            if (!what.isEmpty() && found.size() < MOST_FOUND) {
                found.add(new Exposed(path, what, masked(value)));
            }
        }
    }

    private static String what(String name, String value, boolean variable) {
        String shape = shape(value);
        if (!shape.isEmpty()) {
            return shape;
        }
        boolean named = NAMES.matcher(name).matches() || variable && VARIABLES.matcher(name).matches();
        return named && !NO_SECRETS.contains(value.toLowerCase(Locale.ROOT)) ? "by its name" : "";
    }

    /// Whose key it is; empty where it looks like none.
    public static String shape(String value) {
        return SHAPES.stream().filter(shape -> shape.pattern().matcher(value).find()).map(Shape::issuer).findFirst()
                .orElse("");
    }

    /// Enough to find it again, too little to use it.
    public static String masked(String value) {
        String tail = value.length() < SHORTEST_TAIL ? "" : value.substring(value.length() - 4);
        return tail.chars().allMatch(c -> c > ' ' && c < 0x7f) ? "…" + tail : "…";
    }
}
