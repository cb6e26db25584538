package io.seawall.proxy.diagnose.doctor.probe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What came back.
///
/// @param fields `name: value` as they came
public record Answer(int status, List<String> fields, String body) {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).maxTokenCount(20_000).build())
            .build());

    /// Of the people's layer.
    private static final String CHALLENGE = "Basic realm=\"Seawall\", charset=\"UTF-8\"";
    private static final Pattern REALM = Pattern.compile("(?i)Basic +realm=(\"[\\w .:/-]{1,40}\")");

    public Answer {
        fields = List.copyOf(fields);
    }

    public Optional<String> field(String name) {
        return fields(name).stream().findFirst();
    }

    public List<String> fields(String name) {
        return fields.stream().filter(f -> f.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(f -> f.substring(name.length() + 1).strip()).toList();
    }

    public boolean challengesFor(String scheme) {
        return fields("WWW-Authenticate").stream().anyMatch(v -> v.regionMatches(true, 0, scheme, 0, scheme.length()));
    }

    /// Whether it is another server's challenge for user and password: neither Seawall's refusal, which a proxy may
    /// have given other fields, nor its challenge, which may have got another page.
    public boolean asksForAnotherPassword() {
        return status == 401 && challengesFor("Basic") && refusal().isEmpty()
                && !fields("WWW-Authenticate").contains(CHALLENGE);
    }

    /// What the question is for, as it says itself, in quotes; empty where that is not to be shown.
    public String realm() {
        return fields("WWW-Authenticate").stream().map(REALM::matcher).filter(Matcher::lookingAt)
                .map(found -> found.group(1)).findFirst().orElse("");
    }

    /// The session's cookie, `name=value`.
    public Optional<String> session() {
        return fields("Set-Cookie").stream().map(v -> v.split(";", 2)[0])
                .filter(v -> v.matches("__Host-seawall(-[0-9a-f]+)?=.+")).findFirst();
    }

    /// What the body says; a missing node where it is no JSON.
    public JsonNode json() {
        return json(body);
    }

    public static JsonNode json(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /// The word for the reason in a refusal of Seawall's own; empty in another server's.
    public String refusal() {
        return json().path("error").path("request_id").isMissingNode()
                ? ""
                : json().path("error").path("code").asText();
    }

    public boolean isUnattributed() {
        return status == 403 && body.contains("proxy_attribution_required");
    }
}
