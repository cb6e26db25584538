package io.seawall.proxy.diagnose.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Answer;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Request;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Asks the gateway directly, with the headers that Seawall sets. Where it could count something against a client, that
/// is a client of ours alone.
///
/// @param origins the public ones, each with the other forms of which one is enough
record GatewayChecks(Examination examination, List<List<Origin>> origins) {
    static final String TRUST_US = "openclaw.json: gateway.trustedProxies: [\"127.0.0.1\"]";

    private static final String[] LIKE_LOOPBACK = forwarded("192.0.2.1");
    private static final String[] US = forwarded("192.0.2.86");
    /// One of each kind of network that clients come from.
    private static final List<String> CLIENTS = List.of("198.51.100.7", "10.0.0.2", "172.16.0.2", "192.168.0.2",
            "2001:db8::7", "fd00::2");

    private static String[] forwarded(String client) {
        return new String[]{"X-Forwarded-For: " + client, "X-Forwarded-Proto: https"};
    }

    private Target gateway() {
        return examination.mayBeShown().gateway();
    }

    private Config config() {
        return examination.config();
    }

    List<Finding> all() {
        Checks checks = examination.checks("the gateway");
        Finding reachable = checks.run("gateway.reachable", this::reachable);
        if (!reachable.isPass()) {
            checks.skip(reachable, "gateway.attribution", "gateway.token", "gateway.origins", "gateway.clock");
            return checks.all();
        }
        Finding attribution = checks.run("gateway.attribution", this::attribution);
        if (attribution.isFail()) {
            checks.skip(attribution, "gateway.token", "gateway.origins");
        } else {
            checks.run("gateway.token", this::token);
            checks.run("gateway.origins", this::origins);
        }
        checks.run("gateway.clock", this::clock);
        new GatewayPortChecks(config(), examination.mayBeShown().evidence().stored()).run(checks);
        return checks.all();
    }

    private Finding reachable(String id) throws NoAnswerException {
        String where = "127.0.0.1:" + config().upstream().port();
        try {
            Answer alive = gateway().ask(Request.get("/healthz"));
            Answer started = gateway().ask(Request.get("/startupz"));
            if (alive.status() == 503 || started.status() == 503) {
                return Finding.warn(id, "The gateway on " + where + " is still starting (503), or drains.",
                        "run doctor again in a minute; until then people see Seawall's starting page");
            }
            if (alive.status() != 200) {
                return Finding.fail(id, "What listens on " + where + " answers " + alive.status()
                        + " to /healthz, so it is probably not OpenClaw.",
                        "SEAWALL_UPSTREAM=127.0.0.1:PORT, the gateway's");
            }
            Answer ready = gateway().ask(Request.get("/readyz"));
            if (ready.status() == 503) {
                return Finding.warn(id, "The gateway on " + where + " is up, and a part of it is not ready (its /readyz"
                        + " is 503" + failing(ready) + "). Seawall goes by its /startupz, so people are served.",
                        "openclaw status; OpenClaw's log");
            }
            return Finding.pass(id, "The gateway on " + where + " is alive and ready.");
        } catch (NoAnswerException e) {
            return switch (e.instead()) {
                case REFUSED -> Finding.fail(id, "Nothing listens on " + where + ".",
                        "start OpenClaw (openclaw gateway run), or set SEAWALL_UPSTREAM=127.0.0.1:PORT to its port");
                case SILENCE -> Finding.fail(id, "Something listens on " + where + " and sends no answer.",
                        "restart OpenClaw, and look at its log");
                case NOT_HTTP -> Finding.fail(id, "What listens on " + where + " does not speak HTTP.",
                        "SEAWALL_UPSTREAM=127.0.0.1:PORT, the gateway's");
                case END, NO_TLS, NO_NAME, NO_WAY, TOO_MUCH, UNPROVEN ->
                    Finding.fail(id, "On " + where + " " + e.words() + ".",
                            "SEAWALL_UPSTREAM=127.0.0.1:PORT, the gateway's; or restart OpenClaw");
            };
        }
    }

    /// Which parts, as the gateway tells local clients: a channel with a wrong token, or an agent's database.
    private static String failing(Answer ready) {
        List<String> parts = new ArrayList<>();
        ready.json().path("failing").forEach(part -> parts.add(part.asText()));
        return parts.isEmpty() ? "" : ": " + String.join(", ", parts);
    }

    private Finding attribution(String id) throws NoAnswerException {
        Answer answer = gateway().ask(Request.get("/readyz", LIKE_LOOPBACK));
        if (answer.isUnattributed()) {
            return Finding.fail(id, "The gateway does not trust Seawall as its proxy and refuses everything that comes "
                    + "through it (403 proxy_attribution_required).", TRUST_US);
        }
        JsonNode said = answer.json();
        if (said.has("uptimeMs") || said.has("failing") || said.has("eventLoop")) {
            return Finding.fail(id,
                    "The gateway takes people who come through Seawall for local ones, whose pairing it "
                            + "approves without asking.",
                    TRUST_US);
        }
        List<String> refused = new ArrayList<>();
        for (String client : CLIENTS) {
            if (gateway().ask(Request.get("/readyz", forwarded(client))).isUnattributed()) {
                refused.add(client);
            }
        }
        return refused.isEmpty()
                ? Finding.pass(id, "The gateway trusts Seawall, and takes people for what they are: remote.")
                : Finding.warn(id, "The gateway takes clients like " + String.join(", ", refused)
                        + " for proxies and refuses them: its trustedProxies are too wide.", TRUST_US);
    }

    /// `/sessions/…` is always there, and a session of that name never is.
    private Finding token(String id) throws NoAnswerException {
        Answer answer = gateway().ask(Request.get(Front.NO_SESSION, US).with(examination.credentials().gatewayToken()));
        return switch (answer.status()) {
            case 200, 404 -> Finding.pass(id, "The gateway has the same token as Seawall.");
            case 401 -> Finding.fail(id, "The gateway has another token than Seawall: whatever Seawall lets through to "
                    + "the API gets 401 from it.",
                    "set OPENCLAW_GATEWAY_TOKEN to the same value for Seawall and for OpenClaw, restart both");
            case 429 -> Finding.unknown(id, "The gateway locks us out for a while after wrong tokens (429).",
                    "wait 5 minutes, then run doctor again");
            default -> Finding.unknown(id, "The gateway answers " + answer.status()
                    + " (expected: 404, or 401 for a wrong token).", "look at OpenClaw's log");
        };
    }

    private Finding origins(String id) throws NoAnswerException {
        List<String> missing = new ArrayList<>();
        List<String> good = new ArrayList<>();
        for (List<Origin> forms : origins) {
            boolean allowed = false;
            for (Origin origin : forms) {
                ConnectAnswer answer = ConnectAnswer.of(gateway(), withOrigin(origin.toString()));
                switch (answer) {
                    case ConnectAnswer.WantsMore _ -> {
                        allowed = true;
                        if (!good.contains(origin.toString())) {
                            good.add(origin.toString());
                        }
                    }
                    case ConnectAnswer.BadOrigin _ -> {
                        // another form of it may do
                    }
                    case ConnectAnswer.LetIn _ -> {
                        return Finding.fail(id, "The gateway lets a browser in without a token and without pairing.",
                                "openclaw.json: gateway.auth.mode: \"token\", and no "
                                        + "gateway.controlUi.dangerouslyDisableDeviceAuth");
                    }
                    case ConnectAnswer.Refused(String code) -> {
                        return ConnectAnswer.explain(id, code);
                    }
                    case ConnectAnswer.NoWebSocket(Answer refusal) -> {
                        return noWebSocket(id, refusal);
                    }
                    case ConnectAnswer.Strange _ -> {
                        return Finding.fail(id, "The WebSocket opens, but what it says is not OpenClaw.",
                                "SEAWALL_UPSTREAM=127.0.0.1:PORT, the gateway's");
                    }
                }
                if (allowed) {
                    break;
                }
            }
            if (!allowed) {
                missing.add(forms.getFirst().toString());
            }
        }
        if (!missing.isEmpty()) {
            return Finding.fail(id, "The gateway refuses pages of " + String.join(", ", missing)
                    + " (origin not allowed, close 1008).",
                    "openclaw.json: gateway.controlUi.allowedOrigins: [" + quoted(missing, good)
                            + "], with those that are there");
        }
        if (!(ConnectAnswer.of(gateway(),
                withOrigin("https://seawall-doctor.invalid")) instanceof ConnectAnswer.BadOrigin)) {
            return Finding.warn(id, "The gateway allows pages of every origin; only Seawall keeps foreign ones out.",
                    "openclaw.json: gateway.controlUi.allowedOrigins: [" + quoted(missing, good) + "]");
        }
        return Finding.pass(id, "The gateway allows " + String.join(", ", good)
                + ", and asks a new browser to be paired, as it should.");
    }

    private static String[] withOrigin(String origin) {
        return Stream.concat(Stream.of(US), Stream.of("Origin: " + origin)).toArray(String[]::new);
    }

    private static String quoted(List<String> missing, List<String> good) {
        return String.join(", ", Stream.concat(missing.stream(), good.stream()).map(o -> '"' + o + '"').toList());
    }

    private static Finding noWebSocket(String id, Answer answer) {
        return switch (answer.status()) {
            case 503 -> Finding.unknown(id, "The gateway takes no new WebSocket now (503): it restarts, or too many "
                    + "unauthenticated clients are connected.", "run doctor again in a minute");
            case 429 -> Finding.unknown(id, "The gateway locks clients out for a while (429).",
                    "wait 5 minutes, then run doctor again");
            case 403 -> Finding.fail(id, "The gateway refuses a WebSocket that comes through a proxy (403).", TRUST_US);
            default -> Finding.fail(id, "The gateway answers " + answer.status() + " to a WebSocket (expected: 101).",
                    "openclaw.json: gateway.controlUi.enabled: true");
        };
    }

    private Finding clock(String id) throws NoAnswerException {
        return examination.clockCheck().of(id, "the gateway", gateway().ask(Request.get("/healthz")));
    }
}
