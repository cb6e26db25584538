package io.seawall.proxy.diagnose.explain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seawall.host.Printable;
import java.util.List;
import java.util.Locale;

/// What would become of a request, and why. Holds no credential's value, and no control characters.
///
/// @param route `none` where it was not found
/// @param layer that was asked, or `none`
/// @param decision of the layer: `granted` or why not; `none` where none was asked
/// @param steps in the order of the pipeline, up to the one that decided
public record Explanation(Verdict verdict, String route, String layer, String decision, List<Step> steps) {
    /// Characters of a line: a head may be long.
    private static final int LONGEST = 16_384;

    /// Who answers, in the end.
    public enum Outcome {
        GATEWAY, SEAWALL, REFUSED
    }

    /// @param status of Seawall's own answer; 0 where the gateway answers
    /// @param reason the label that log and metrics have for it; empty where there is nothing to give a reason for
    /// @param message a sentence
    public record Verdict(Outcome outcome, int status, String reason, String message) {
        public Verdict {
            message = shown(message);
        }

        String text() {
            return status == 0 ? message : status + (reason.isEmpty() ? "" : " " + reason) + ": " + message;
        }
    }

    /// @param lines the first sums it up
    public record Step(String stage, List<String> lines) {
        public Step {
            lines = lines.stream().map(Explanation::shown).toList();
        }
    }

    public Explanation {
        steps = List.copyOf(steps);
    }

    public boolean isRefused() {
        return verdict.outcome() == Outcome.REFUSED;
    }

    public String text() {
        StringBuilder text = new StringBuilder(verdict.text()).append("\n");
        for (Step step : steps) {
            String stage = step.stage();
            for (String line : step.lines()) {
                text.append(String.format("%n  %-11s %s", stage, line).stripTrailing());
                stage = "";
            }
        }
        return text.toString();
    }

    public String json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("outcome", verdict.outcome().name().toLowerCase(Locale.ROOT));
        json.put("status", verdict.status());
        json.put("reason", verdict.reason());
        json.put("message", verdict.message());
        json.put("route", route);
        json.put("layer", layer);
        json.put("decision", decision);
        ArrayNode all = json.putArray("steps");
        for (Step step : steps) {
            ArrayNode lines = all.addObject().put("stage", step.stage()).putArray("lines");
            step.lines().forEach(lines::add);
        }
        return json.toPrettyString();
    }

    private static String shown(String text) {
        return Printable.line(text, LONGEST);
    }
}
