package io.seawall.proxy.diagnose.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Answer;
import io.seawall.proxy.diagnose.doctor.probe.Conversation;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Request;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import io.seawall.proxy.diagnose.doctor.probe.WebSocketFrame;
import java.io.IOException;
import java.util.Set;

/// The gateway's response to a browser's first message on a WebSocket. The doctor sends it without a device and without
/// a token: so nothing is left behind at the gateway, no guess is counted, and it looks at the origin first.
sealed interface ConnectAnswer {
    /// What every Control UI asks for, with a device; the gateway turns us away for that, when all else is right.
    String CONNECT = """
            {"type":"req","id":"1","method":"connect","params":{"minProtocol":3,"maxProtocol":99,"client":{"id":"openclaw-control-ui",\
            "version":"seawall-doctor","platform":"linux","mode":"webchat"},"role":"operator","scopes":[],"caps":[]}}""";
    /// Further than the origin.
    Set<String> BEYOND = Set.of("CONTROL_UI_DEVICE_IDENTITY_REQUIRED", "DEVICE_IDENTITY_REQUIRED", "PAIRING_REQUIRED",
            "NOT_PAIRED", "AUTH_REQUIRED", "AUTH_TOKEN_MISSING", "AUTH_PASSWORD_MISSING", "AUTH_UNAUTHORIZED");

    /// The origin is accepted, and the gateway asks for a credential, as it should.
    record WantsMore() implements ConnectAnswer {}

    record BadOrigin() implements ConnectAnswer {}

    /// It let us in without any credential.
    record LetIn() implements ConnectAnswer {}

    /// @param code what the gateway calls it; `close 1008` where it closed without a word
    record Refused(String code) implements ConnectAnswer {}

    /// No WebSocket at all.
    record NoWebSocket(Answer answer) implements ConnectAnswer {}

    /// It opened, and no message of an OpenClaw gateway followed.
    record Strange() implements ConnectAnswer {}

    static ConnectAnswer of(Target target, String... fields) throws NoAnswerException {
        try (Conversation conversation = Conversation.open(target)) {
            conversation.send(Request.webSocket("/", fields));
            Answer head = conversation.head();
            if (head.status() != 101) {
                return new NoWebSocket(head);
            }
            return converse(conversation);
        } catch (IOException e) {
            throw NoAnswerException.because(e);
        }
    }

    private static ConnectAnswer converse(Conversation conversation) throws IOException {
        while (true) {
            WebSocketFrame frame = conversation.frame();
            if (frame.code() != 0) {
                return closed(frame);
            }
            JsonNode message = Answer.json(frame.text());
            if (message.path("event").asText().equals("connect.challenge")) {
                conversation.text(CONNECT);
            } else if (message.path("type").asText().equals("res")) {
                conversation.closeWebSocket();
                return message.path("ok").asBoolean() ? new LetIn() : refused(message.path("error"));
            } else if (message.isMissingNode()) {
                return new Strange();
            }
        }
    }

    private static ConnectAnswer closed(WebSocketFrame frame) {
        String reason = frame.text();
        return reason.startsWith("origin not allowed")
                ? new BadOrigin()
                : reason.startsWith("pairing required") || reason.contains("device identity")
                        ? new WantsMore()
                        : new Refused("close " + frame.code());
    }

    private static ConnectAnswer refused(JsonNode error) {
        String code = error.path("details").path("code").asText(error.path("code").asText());
        return BEYOND.contains(code)
                ? new WantsMore()
                : code.equals("CONTROL_UI_ORIGIN_NOT_ALLOWED")
                        ? new BadOrigin()
                        : new Refused(code.matches("[A-Z][A-Z_]{2,60}") ? code : "an error without a name");
    }

    /// The finding about a gateway that refuses for another reason than the origin.
    static Finding explain(String id, String code) {
        return switch (code) {
            case "AUTH_RATE_LIMITED" -> Finding.unknown(id,
                    "The gateway locks clients out for a while after wrong tokens (AUTH_RATE_LIMITED).",
                    "stop the program that sends a wrong token, wait 5 minutes, then run doctor again");
            case "AUTH_TOKEN_MISMATCH", "AUTH_PASSWORD_MISMATCH" -> Finding.fail(id,
                    "The gateway expects another token than it was given (" + code + ").",
                    "set OPENCLAW_GATEWAY_TOKEN to the same value for Seawall and for OpenClaw, restart both");
            case "AUTH_IDENTITY_HEADER_REQUIRED" -> Finding.fail(id,
                    "The gateway expects its proxy to name the user; Seawall never does, it expects a token there.",
                    "openclaw.json: gateway.auth.mode: \"token\"");
            case "close 1008" -> Finding.fail(id,
                    "The gateway closes a browser's connection with 1008 and no reason: it refuses it by policy.",
                    "look for \"closed before connect\" in OpenClaw's log, which has the reason");
            case "close 1012", "close 1013" ->
                Finding.unknown(id, "The gateway restarts.", "run doctor again in a minute");
            default -> Finding.warn(id, "The gateway turns a browser away: " + code + ".",
                    "look for it in OpenClaw's log");
        };
    }
}
