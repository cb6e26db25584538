package io.seawall.proxy.diagnose.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Answer;
import io.seawall.proxy.diagnose.doctor.probe.Conversation;
import io.seawall.proxy.diagnose.doctor.probe.Credential;
import io.seawall.proxy.diagnose.doctor.probe.Credentials;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Request;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import io.seawall.proxy.diagnose.doctor.probe.WebSocketFrame;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Seawall as its clients see it: on its own listener, or at the public address, with any proxy in between.
///
/// @param origin what a browser's pages come from there
/// @param isPublic whether something may be in between
record Front(Config config, Credentials credentials, GatewayFindings gateway, Target target, String origin,
        boolean isPublic) {
    /// There is none of that name; only who has the gateway token learns that.
    static final String NO_SESSION = "/sessions/seawall-doctor/history";

    private static final String JSON = "Accept: application/json";
    private static final Duration OPEN = Duration.ofMillis(500);

    /// @param cookie the session's `name=value`; null where there is none
    record Login(Finding finding, @Nullable String cookie) {}

    /// The same, at a place that proves who it is.
    Front at(Target proven) {
        return new Front(config, credentials, gateway, proven, origin, isPublic);
    }

    private Refusals refusals() {
        return new Refusals(config, target.host(), origin, isPublic);
    }

    Finding alive(String id) throws NoAnswerException {
        Answer answer = target.ask(Request.get("/healthz", JSON));
        return answer.status() == 200 && answer.json().path("ok").asBoolean()
                ? Finding.pass(id, "Seawall answers.")
                : refusals().refused(id, answer);
    }

    /// Once without a password, once with it, once with the session alone: what a browser does.
    Login logIn(String id) throws NoAnswerException {
        Answer unauthenticated = target.ask(Request.get("/", JSON));
        if (unauthenticated.status() != 401 || !unauthenticated.challengesFor("Basic")
                || unauthenticated.asksForAnotherPassword()) {
            return new Login(refusals().unasked(id, unauthenticated), null);
        }
        Optional<Credential> password = credentials.password();
        if (password.isEmpty()) {
            return new Login(
                    Finding.skipped(id,
                            "Unauthenticated clients are asked for a password. Not tried: AUTH_PASSWORD_HASH holds "
                                    + "a hash, and a hash opens nothing."),
                    null);
        }
        // without a gateway there is no page, and then no cookie comes with it
        String path = gateway.closed().isPresent() ? "/.seawall/login" : "/";
        Answer page = target.ask(Request.get(path, JSON).with(password.get()));
        if (page.status() == 401) {
            return new Login(Finding.fail(id, "Seawall refuses the configured password: it runs with another "
                    + "configuration than this one.", Refusals.RELOAD), null);
        }
        Optional<String> cookie = page.session();
        if (cookie.isEmpty()) {
            return new Login(page.status() == 429 ? Refusals.locked(id, page) : noCookie(id, page), null);
        }
        Answer again = target
                .ask(Request.get("/.seawall/client", JSON, "Authorization: Bearer doctor")
                        .with(Credential.session(cookie.get())));
        if (again.status() != 200) {
            return new Login(Finding.fail(id, again.status() == 401
                    ? "The session's cookie is not accepted in place of the password: a browser is asked again and again."
                    : "A request with the session's cookie gets " + again.status() + " (expected: 200).",
                    isPublic
                            ? "have the proxy in front pass Cookie and Set-Cookie on unchanged"
                            : "keep SEAWALL_STATE_DIR, and run one Seawall on this port"),
                    null);
        }
        return new Login(page(id, page), cookie.get());
    }

    private Finding page(String id, Answer page) {
        if (gateway.closed().isPresent()) {
            return Finding.pass(id,
                    "One login with the password, from then on the session's cookie is enough; there is no "
                            + "page behind it (" + gateway.closed().get().id() + ").");
        }
        if (page.isUnattributed()) {
            return Finding.fail(id, "The login works, and then the gateway refuses the page: it does not trust Seawall "
                    + "as its proxy (403).", GatewayChecks.TRUST_US);
        }
        return switch (page.status()) {
            case 200 -> Finding.pass(id, "One login with the password, from then on the session's cookie is enough.");
            case 502, 503, 504 ->
                Finding.warn(id, "The login works, but there is no page yet: the gateway starts, or is "
                        + "down (" + page.status() + ").", "run doctor again in a minute; then see gateway.reachable");
            default -> Finding.warn(id, "The login works, but the gateway's page is a " + page.status()
                    + " (expected: 200).", "look at OpenClaw's log");
        };
    }

    private Finding noCookie(String id, Answer page) {
        if (!page.refusal().isEmpty() || !isPublic) {
            return refusals().refused(id, page);
        }
        return Finding.fail(id, "The password is taken, but no session's cookie arrives: a browser is asked again and "
                + "again.", "have the proxy in front pass Set-Cookie on unchanged");
    }

    Finding webSocket(String id, String cookie) throws NoAnswerException {
        try (Conversation conversation = Conversation.open(target)) {
            conversation.send(Request.webSocket("/", JSON, "Origin: " + origin)
                    .with(Credential.session(cookie)));
            Answer head = conversation.head();
            if (head.status() != 101) {
                return noWebSocket(id, conversation.whole(head));
            }
            WebSocketFrame first = conversation.frame();
            conversation.closeWebSocket();
            return Answer.json(first.text()).path("event").asText().equals("connect.challenge")
                    ? Finding.pass(id, "The WebSocket opens, and the gateway's first message arrives.")
                    : Finding.fail(id, "The WebSocket opens, but what arrives is not the gateway's first message"
                            + (first.code() == 0 ? "." : ": it is closed with " + first.code() + "."),
                            "look at OpenClaw's log");
        } catch (IOException e) {
            NoAnswerException noAnswer = NoAnswerException.because(e);
            if (noAnswer.instead() == NoAnswerException.Instead.SILENCE && isPublic) {
                return Finding.fail(id, "The WebSocket's handshake or its first message is held back for 10 seconds.",
                        "have the proxy in front pass WebSockets on unbuffered");
            }
            throw noAnswer;
        }
    }

    private Finding noWebSocket(String id, Answer answer) {
        if (isPublic && answer.refusal().isEmpty()
                && (answer.status() == 200 || answer.status() == 400 || answer.status() == 426)) {
            return Finding.fail(id, "The WebSocket's handshake does not arrive as one: " + answer.status()
                    + " (expected: 101).",
                    "have the proxy in front pass Upgrade and Connection on, with HTTP/1.1 (nginx, beside server { }: map "
                            + "$http_upgrade $connection_upgrade { default upgrade; '' ''; } and in location: "
                            + "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header "
                            + "Connection $connection_upgrade;)");
        }
        return refusals().refused(id, answer);
    }

    Finding api(String id) throws NoAnswerException {
        Answer unauthenticated = target.ask(Request.get(NO_SESSION, JSON));
        if (unauthenticated.status() != 401 || unauthenticated.challengesFor("Basic")) {
            return unauthenticated.status() == 401
                    ? unauthenticated.asksForAnotherPassword()
                            ? refusals().notSeawall(id, unauthenticated)
                            : Finding.fail(id,
                                    "Without a token the API asks for a password: what answers is not Seawall.",
                                    "have the name lead to Seawall's port " + config.listener().port())
                    : refusals().refused(id, unauthenticated);
        }
        Answer answer = target.ask(Request.get(NO_SESSION, JSON).with(credentials.gatewayToken()));
        return switch (answer.status()) {
            case 200, 404 ->
                Finding.pass(id, "The API accepts the gateway token, and refuses requests without it.");
            case 401 -> answer.refusal().isEmpty()
                    ? Finding.fail(id, "Seawall lets the gateway token through, and the gateway refuses it (401).",
                            "set OPENCLAW_GATEWAY_TOKEN to the same value for Seawall and for OpenClaw, restart both")
                    : Finding.fail(id, "Seawall refuses the configured gateway token: it runs with another "
                            + "configuration than this one.", Refusals.RELOAD);
            case 429 -> Refusals.locked(id, answer);
            default -> refusals().refused(id, answer);
        };
    }

    /// Follows the history of whatever conversation there is; that runs no model, and changes nothing.
    Finding stream(String id) throws NoAnswerException {
        Answer sessions = target
                .ask(Request.post("/tools/invoke", "{\"tool\":\"sessions_list\",\"args\":{\"limit\":1}}",
                        JSON).with(credentials.gatewayToken()));
        JsonNode first = sessions.json().path("result").path("details").path("sessions").path(0).path("key");
        if (sessions.asksForAnotherPassword()) {
            return refusals().notSeawall(id, sessions);
        }
        if (!first.isTextual()) {
            return Finding.skipped(id, sessions.status() == 200
                    ? "There is no conversation yet that could be followed: write to OpenClaw once, and run doctor again."
                    : "The gateway does not list its conversations here (" + sessions.status()
                            + "), so there is none to follow.");
        }
        String path = "/sessions/" + URLEncoder.encode(first.asText(), StandardCharsets.UTF_8).replace("+", "%20")
                .replace("%3A", ":") + "/history?limit=1";
        try (Conversation conversation = Conversation.open(target)) {
            conversation.send(Request.get(path, "Accept: text/event-stream").with(credentials.gatewayToken()));
            Answer head = conversation.head();
            if (head.status() != 200 || !head.field("Content-Type").orElse("").startsWith("text/event-stream")) {
                return Finding.unknown(id,
                        "The gateway answers " + head.status() + " to a client that follows a conversation "
                                + "(expected: 200, a stream of events).",
                        "look at OpenClaw's log");
            }
            return conversation.piece(head).length > 0 && conversation.staysOpen(OPEN)
                    ? Finding.pass(id, "What OpenClaw writes arrives piece by piece, while it is being written.")
                    : Finding.fail(id, "A stream of events ends at once.", isPublic
                            ? "switch buffering and response rewriting off in the proxy in front"
                            : "look at OpenClaw's log");
        } catch (IOException e) {
            NoAnswerException noAnswer = NoAnswerException.because(e);
            if (noAnswer.instead() == NoAnswerException.Instead.SILENCE) {
                return Finding.fail(id, "What OpenClaw writes is held back until all of it is there.", isPublic
                        ? "switch response buffering off in the proxy in front (nginx: proxy_buffering off;)"
                        : "look at OpenClaw's log");
            }
            throw noAnswer;
        }
    }

    /// How Seawall sees this client.
    Optional<JsonNode> seen(String cookie, String... fields) throws NoAnswerException {
        Answer answer = target.ask(Request.get("/.seawall/client", JSON).with(fields).with(Credential.session(cookie)));
        return answer.status() == 200 && answer.json().path("client").isTextual()
                ? Optional.of(answer.json())
                : Optional.empty();
    }

    /// Ends the session, so that none is left behind.
    void logOut(String cookie) {
        try {
            target.ask(Request.post("/.seawall/logout", "", JSON).with(Credential.session(cookie)));
        } catch (NoAnswerException e) {
            // it ends by itself, in 12 hours
        }
    }
}
