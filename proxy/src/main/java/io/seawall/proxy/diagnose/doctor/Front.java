package io.seawall.proxy.diagnose.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.HostName;
import io.seawall.proxy.diagnose.Finding;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Seawall as its clients see it: on its own listener, or at the public address, with who knows what in between.
///
/// @param origin what a browser's pages come from there
/// @param isPublic whether something may be in between
record Front(Config config, Credentials credentials, GatewayFindings gateway, Target target, String origin,
        boolean isPublic) {
    /// There is none of that name; only who has the gateway token learns that.
    static final String NO_SESSION = "/sessions/seawall-doctor/history";

    private static final String JSON = "Accept: application/json";
    private static final String RELOAD = "restart Seawall, or send it SIGHUP, so that it runs with this configuration";
    private static final Duration OPEN = Duration.ofMillis(500);

    /// @param cookie the session's `name=value`; null where there is none
    record Login(Finding finding, @Nullable String cookie) {}

    /// The same, at a place that proves who it is.
    Front at(Target proven) {
        return new Front(config, credentials, gateway, proven, origin, isPublic);
    }

    Finding alive(String id) throws NoAnswerException {
        Answer answer = target.ask(Request.get("/healthz", JSON));
        return answer.status() == 200 && answer.json().path("ok").asBoolean()
                ? Finding.pass(id, "Seawall answers.")
                : refused(id, answer);
    }

    /// Once without a password, once with it, once with the session alone: what a browser does.
    Login logIn(String id) throws NoAnswerException {
        Answer stranger = target.ask(Request.get("/", JSON));
        if (stranger.status() != 401 || !stranger.challengesFor("Basic") || stranger.asksForAnotherPassword()) {
            return new Login(unasked(id, stranger), null);
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
                    + "configuration than this one.", RELOAD), null);
        }
        Optional<String> cookie = page.session();
        if (cookie.isEmpty()) {
            return new Login(page.status() == 429 ? locked(id, page) : noCookie(id, page), null);
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
            return refused(id, page);
        }
        return Finding.fail(id, "The password is taken, but no session's cookie arrives: a browser is asked again and "
                + "again.", "have the proxy in front pass Set-Cookie on unchanged");
    }

    /// What a stranger got in place of the question for a password.
    private Finding unasked(String id, Answer answer) {
        boolean leadsToAccess = answer.field("Location").orElse("").contains(".cloudflareaccess.com");
        if (leadsToAccess || answer.refusal().equals("access") && config.access().isPresent()) {
            return Finding.skipped(id,
                    "Cloudflare Access asks for its own login first; only a person's browser can do that.");
        }
        if (answer.status() == 200) {
            return Finding.fail(id, "A page comes without a password: what answers is not Seawall, or a cache in front "
                    + "keeps what it must not.",
                    isPublic
                            ? "have the name lead to Seawall's port, and switch caching off"
                            : "find out what listens on Seawall's port");
        }
        return answer.status() == 429 ? locked(id, answer) : refused(id, answer);
    }

    private static Finding locked(String id, Answer answer) {
        return Finding.unknown(id, "This machine's address is locked out after wrong passwords (429).",
                "wait " + answer.field("Retry-After").filter(s -> s.matches("[0-9]{1,6}")).orElse("300")
                        + " seconds, then run doctor again");
    }

    /// What Seawall, or somebody in front of it, says instead of what was asked for.
    private Finding refused(String id, Answer answer) {
        return switch (answer.refusal()) {
            case "host" -> Finding.fail(id, "Seawall does not know the name " + target.host() + " (421).",
                    Key.HOSTS.append(HostName.ofAuthority(target.host())));
            case "bad_origin" -> Finding.fail(id, "Seawall refuses pages of " + origin + " (403 bad_origin).",
                    config.allowedOrigins().contains(Origin.parse(origin))
                            ? RELOAD
                            : Origin.allowing(Origin.parse(origin), config.allowedOrigins().isEmpty()
                                    ? config.ownOrigins()
                                    : config.allowedOrigins()));
            case "exposed" -> Finding.fail(id, "Seawall lets nobody in, because the gateway listens beyond loopback "
                    + "(503 exposed).", "openclaw.json: gateway.bind: \"loopback\", restart OpenClaw");
            case "foreign" -> Finding.fail(id,
                    "Seawall lets nobody in, because another user than OpenClaw's listens on "
                            + "its port (503 foreign).",
                    "ss -tlnpe shows who; if OpenClaw runs as another user now: restart Seawall, or set SEAWALL_GATEWAY_UID=, that user's number");
            case "descriptors" -> Finding.fail(id, "Seawall has no file descriptor left (503 descriptors).",
                    "raise its limit (systemd: LimitNOFILE=), or lower SEAWALL_MAX_CONNECTIONS");
            case "direct_peer" -> Finding.skipped(id,
                    "SEAWALL_TLS=off: only trusted proxies get further than this, and this host's address is none of them.");
            case "starting" -> Finding.warn(id, "Seawall reports that the gateway is starting or down (503).",
                    "run doctor again in a minute; then see gateway.reachable");
            case "access", "access_unavailable" -> Finding.skipped(id,
                    "Cloudflare Access asks for its own login first; only a person's browser can do that.");
            default -> notSeawall(id, answer);
        };
    }

    private Finding notSeawall(String id, Answer answer) {
        int status = answer.status();
        if (isPublic && answer.asksForAnotherPassword()) {
            return anotherPassword(id, answer);
        }
        if (answer.isUnattributed()) {
            return Finding.fail(id, "The gateway does not trust Seawall as its proxy (403 proxy_attribution_required).",
                    GatewayChecks.TRUST_US);
        }
        boolean inACircle = status == 308 && answer.field("Location").orElse("").startsWith(origin + "/");
        if (isPublic && (inACircle || status == 400 && answer.body().contains("passes it on by plain http"))) {
            return Finding.fail(id,
                    "The proxy in front passes on by plain HTTP what it gets by https, to a port that speaks "
                            + "TLS (" + status + ").",
                    "let it speak https to Seawall (nginx: proxy_pass https://...), or set SEAWALL_TLS=off, and, with the "
                            + "proxy's address for 127.0.0.1, " + config.clients().trusting("127.0.0.1"));
        }
        if (isPublic && (status == 502 || status == 503 || status == 504 || status >= 520 && status < 531)) {
            return Finding.fail(id, "What is in front does not reach Seawall (" + status + ").",
                    "in the tunnel's or proxy's configuration: https://127.0.0.1:" + config.listener().port()
                            + (config.tls() instanceof Config.Tls.Off ? ", with http" : ", with Seawall's CA"));
        }
        return Finding.fail(id, "The answer is a " + status + " that this Seawall and its gateway do not give here.",
                isPublic
                        ? "have the name lead to Seawall's port " + config.listener().port()
                        : "mend what fails in gateway.* first; then find out what listens on port "
                                + config.listener().port());
    }

    /// Both take their credential from Authorization, so no client can satisfy both; and what comes from the one in front, as
    /// nginx's auth_basic passes it on, is a wrong password here.
    private static Finding anotherPassword(String id, Answer answer) {
        String realm = answer.realm();
        return Finding.fail(id, "The proxy in front asks for a password of its own"
                + (realm.isEmpty() ? "" : ", for " + realm)
                + ". Authorization is where Seawall's password and tokens come,"
                + " so they do not get past it, and what it passes on is a wrong password for Seawall.",
                "take the password off there, Seawall asks itself (nginx: auth_basic off; Caddy: no basic_auth; Traefik: no"
                        + " basicAuth). To empty Authorization instead would take the tokens of API and webhooks as well");
    }

    Finding webSocket(String id, String cookie) throws NoAnswerException {
        try (Conversation conversation = Conversation.open(target)) {
            conversation.send(Request.webSocket("/", JSON, "Origin: " + origin)
                    .with(Credential.session(cookie)));
            Answer head = conversation.head();
            if (head.status() != 101) {
                return noWebSocket(id, conversation.whole(head));
            }
            Conversation.Frame first = conversation.frame();
            conversation.bye();
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
        return refused(id, answer);
    }

    Finding api(String id) throws NoAnswerException {
        Answer stranger = target.ask(Request.get(NO_SESSION, JSON));
        if (stranger.status() != 401 || stranger.challengesFor("Basic")) {
            return stranger.status() == 401
                    ? stranger.asksForAnotherPassword()
                            ? notSeawall(id, stranger)
                            : Finding.fail(id,
                                    "Without a token the API asks for a password: what answers is not Seawall.",
                                    "have the name lead to Seawall's port " + config.listener().port())
                    : refused(id, stranger);
        }
        Answer answer = target.ask(Request.get(NO_SESSION, JSON).with(credentials.gatewayToken()));
        return switch (answer.status()) {
            case 200, 404 ->
                Finding.pass(id, "The API answers to the gateway token, and to nobody without it.");
            case 401 -> answer.refusal().isEmpty()
                    ? Finding.fail(id, "Seawall lets the gateway token through, and the gateway refuses it (401).",
                            "set OPENCLAW_GATEWAY_TOKEN to the same value for Seawall and for OpenClaw, restart both")
                    : Finding.fail(id, "Seawall refuses the configured gateway token: it runs with another "
                            + "configuration than this one.", RELOAD);
            case 429 -> locked(id, answer);
            default -> refused(id, answer);
        };
    }

    /// Follows the history of whatever conversation there is; that runs no model, and changes nothing.
    Finding stream(String id) throws NoAnswerException {
        Answer sessions = target
                .ask(Request.post("/tools/invoke", "{\"tool\":\"sessions_list\",\"args\":{\"limit\":1}}",
                        JSON).with(credentials.gatewayToken()));
        JsonNode first = sessions.json().path("result").path("details").path("sessions").path(0).path("key");
        if (sessions.asksForAnotherPassword()) {
            return notSeawall(id, sessions);
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

    /// What Seawall takes us for.
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
