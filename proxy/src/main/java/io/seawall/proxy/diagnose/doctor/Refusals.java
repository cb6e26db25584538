package io.seawall.proxy.diagnose.doctor;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.HostName;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Answer;

/// What it means, and what to do about it, when something else is answered than was asked for.
///
/// @param host that was asked for
/// @param origin what a browser's pages come from there
/// @param isPublic whether a proxy may stand in front
record Refusals(Config config, String host, String origin, boolean isPublic) {
    static final String RELOAD = "restart Seawall, or send it SIGHUP, so that it runs with this configuration";

    /// What an unauthenticated client got in place of the question for a password.
    Finding unasked(String id, Answer answer) {
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

    static Finding locked(String id, Answer answer) {
        return Finding.unknown(id, "This machine's address is locked out after wrong passwords (429).",
                "wait " + answer.field("Retry-After").filter(s -> s.matches("[0-9]{1,6}")).orElse("300")
                        + " seconds, then run doctor again");
    }

    /// What Seawall, or a proxy in front of it, answered instead.
    Finding refused(String id, Answer answer) {
        return switch (answer.refusal()) {
            case "host" -> Finding.fail(id, "Seawall does not know the name " + host + " (421).",
                    Key.HOSTS.append(HostName.ofAuthority(host)));
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

    Finding notSeawall(String id, Answer answer) {
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
                        : "fix what fails in gateway.* first; then find out what listens on port "
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
}
