package io.seawall.config.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Names, origins, paths and headers that are refused, and the words for it.
class SiteRefusalTest extends RefusalRows {
    private static final String HOST_FIX = " (expected: host names without scheme, port or path). Fix: for example SEAWALL_HOSTS=claw.example.com";
    private static final String FQDN_FIX = " (expected: host names). Fix: for example COOLIFY_FQDN=claw.example.com";
    private static final String ORIGIN_FIX = " (expected: exact origins such as https://claw.example.com, no path and no wildcard). Fix: write scheme://host or scheme://host:port, several with a comma between them";
    private static final String PLAIN_HOOKS_PATH = " (expected: a plain path such as /hooks, without a slash at its end). Fix: HOOKS_PATH=/hooks";
    private static final String PLAIN_PUBLIC_PATH = " (expected: plain paths such as /slack/events, /j/* or ws:/__openclaw__/worker). Fix: correct that entry";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"hosts", "origins", "hooksPaths", "apiPaths", "publicPaths", "stripHeaders"})
    void refusesWithTheseWords(Row row) {
        refuses(row);
    }

    static Stream<Row> hosts() {
        return Stream.of(
                row("a host with a scheme", "SEAWALL_HOSTS=https://claw.example.com")
                        .because("SEAWALL_HOSTS: https://claw.example.com" + HOST_FIX),
                row("a host with a port", "SEAWALL_HOSTS=claw.example.com:8443")
                        .because("SEAWALL_HOSTS: claw.example.com:8443" + HOST_FIX),
                row("a host with a path", "SEAWALL_HOSTS=claw.example.com/ui")
                        .because("SEAWALL_HOSTS: claw.example.com/ui" + HOST_FIX),
                row("a host that is a pattern", "SEAWALL_HOSTS=*.example.com")
                        .because("SEAWALL_HOSTS: *.example.com" + HOST_FIX),
                row("a host with an empty label", "SEAWALL_HOSTS=claw..com")
                        .because("SEAWALL_HOSTS: claw..com" + HOST_FIX),
                row("a host that ends in two dots", "SEAWALL_HOSTS=claw.example.com..")
                        .because("SEAWALL_HOSTS: claw.example.com.." + HOST_FIX),
                row("a host that browsers and Java read in two ways", "SEAWALL_HOSTS=straße.example")
                        .because(
                                "SEAWALL_HOSTS: straße.example (expected: host names without scheme, port or path). Fix: write the name in its xn-- form, as a browser sends it"),
                row("a host that is too long", "SEAWALL_HOSTS=" + "a.".repeat(126) + "com")
                        .because("SEAWALL_HOSTS: " + "a.".repeat(126) + "com" + HOST_FIX),
                row("two wrong hosts among right ones", "SEAWALL_HOSTS=a.example, b..c,d.example,-e").because(
                        "SEAWALL_HOSTS: b..c" + HOST_FIX, "SEAWALL_HOSTS: -e" + HOST_FIX),
                row("a domain of Coolify's that is none", "COOLIFY_FQDN=https://-claw.example.com:3000")
                        .because("COOLIFY_FQDN: https://-claw.example.com:3000" + FQDN_FIX),
                row("a domain of Coolify's that is only a scheme", "COOLIFY_FQDN=https://")
                        .because("COOLIFY_FQDN: https://" + FQDN_FIX));
    }

    static Stream<Row> origins() {
        List<Row> rows = new ArrayList<>();
        for (String key : List.of("SEAWALL_ALLOWED_ORIGINS", "OPENCLAW_ALLOWED_ORIGINS")) {
            for (String origin : List.of("*", "null", "https://claw.example.com/", "https://claw.example.com/ui",
                    "claw.example.com", "https://*.example.com", "https://claw.example.com:99999",
                    "https://me@claw.example.com")) {
                rows.add(row(key + " " + origin, key + "=" + origin).because(key + ": " + origin + ORIGIN_FIX));
            }
        }
        return rows.stream();
    }

    static Stream<Row> hooksPaths() {
        List<Row> rows = new ArrayList<>();
        rows.add(row("webhooks at the root", "HOOKS_PATH=/").because(
                "HOOKS_PATH: / (expected: a path of its own, because everything lies below /). Fix: HOOKS_PATH=/hooks"));
        for (String path : List.of("/hooks/", "hooks", "//hooks", "/hooks//in", "/./hooks", "/hooks/..", "/ho oks",
                "/hooks%2fin", "/hooks\\in", "/hooks?x", "/hooks/*", "/höoks")) {
            rows.add(row("webhooks at " + path, "HOOKS_PATH=" + path)
                    .because("HOOKS_PATH: " + path + PLAIN_HOOKS_PATH));
        }
        for (String guarded : List.of("/v1", "/tools/invoke", "/sessions", "/healthz", "/readyz", "/.seawall",
                "/.well-known/openclaw")) {
            String expected = " (expected: a path of its own; this one overlaps " + guarded
                    + "). Fix: HOOKS_PATH=/hooks";
            rows.add(row("webhooks at " + guarded, "HOOKS_PATH=" + guarded)
                    .because("HOOKS_PATH: " + guarded + expected));
            rows.add(row("webhooks below " + guarded, "HOOKS_PATH=" + guarded + "/in")
                    .because("HOOKS_PATH: " + guarded + "/in" + expected));
        }
        rows.add(row("webhooks above a guarded path", "HOOKS_PATH=/tools").because(
                "HOOKS_PATH: /tools (expected: a path of its own; this one overlaps /tools/invoke). Fix: HOOKS_PATH=/hooks"));
        rows.add(row("webhooks at a guarded path in other letters", "HOOKS_PATH=/V1").because(
                "HOOKS_PATH: /V1 (expected: a path of its own; this one overlaps /v1). Fix: HOOKS_PATH=/hooks"));
        rows.add(row("webhooks at the beginning of a guarded path's name", "HOOKS_PATH=/Health").because(
                "HOOKS_PATH: /Health (expected: a path of its own; this one overlaps /healthz). Fix: HOOKS_PATH=/hooks"));
        return rows.stream();
    }

    static Stream<Row> apiPaths() {
        List<Row> rows = new ArrayList<>();
        for (String path : List.of("/", "/*", "api", "/api/", "/api*", "/*/rpc", "/api/../x", "/api//rpc", "/api%20",
                "wss:/x")) {
            rows.add(row("the API path " + path, "SEAWALL_API_PATHS=" + path).because("SEAWALL_API_PATHS: " + path
                    + " (expected: plain paths such as /api/v1/admin/rpc or /plugin/*). Fix: correct that entry"));
        }
        for (String[] pair : new String[][]{{"/healthz", "/healthz"}, {"/Health/x", "/health"}, {"/readyz", "/readyz"},
            {"/ready", "/ready"}, {"/startupz", "/startupz"}, {"/startup/*", "/startup"},
            {"/.seawall/login", "/.seawall"}, {"/.well-known/*", "/.well-known/openclaw"},
            {"/__openclaw__/worker", "/__openclaw__"}, {"/hooks/*", "/hooks"}, {"/Hooks/in", "/hooks"}}) {
            rows.add(row("the API path " + pair[0], "SEAWALL_API_PATHS=" + pair[0]).because("SEAWALL_API_PATHS: "
                    + pair[0] + " (expected: no path of another layer, nor of Seawall's own; this one overlaps "
                    + pair[1]
                    + "). Fix: remove it"));
        }
        rows.add(row("an API path that meets the webhooks' own", "HOOKS_PATH=/in/hooks", "SEAWALL_API_PATHS=/in/*")
                .because("SEAWALL_API_PATHS: /in/* (expected: no path of another layer, nor of Seawall's own; this one "
                        + "overlaps /in/hooks). Fix: remove it"));
        rows.add(row("a WebSocket behind the gateway token", "SEAWALL_API_PATHS=ws:/api/v1/events").because(
                "SEAWALL_API_PATHS: ws:/api/v1/events (expected: a path without ws:, because OpenClaw asks for its token inside of a WebSocket). Fix: remove it"));
        rows.add(row("a path that is both public and behind the token", "SEAWALL_PUBLIC_PATHS=/slack/*",
                "SEAWALL_API_PATHS=/slack/events").because(
                        "SEAWALL_API_PATHS: /slack/events (expected: no path of SEAWALL_PUBLIC_PATHS; this one overlaps /slack/*). Fix: remove it from one of them"));
        rows.add(row("two wrong API paths among right ones", "SEAWALL_API_PATHS=/a,b,/c,/healthz").because(
                "SEAWALL_API_PATHS: b (expected: plain paths such as /api/v1/admin/rpc or /plugin/*). Fix: correct that entry",
                "SEAWALL_API_PATHS: /healthz (expected: no path of another layer, nor of Seawall's own; this one overlaps /healthz). Fix: remove it"));
        return rows.stream();
    }

    static Stream<Row> publicPaths() {
        List<Row> rows = new ArrayList<>();
        for (String path : List.of("/", "/*", "ws:/", "ws:", "slack", "/slack/", "/slack*", "/*/events", "/slack/../x",
                "/slack//events", "/slack%20", "wss:/x", "ws:ws:/x")) {
            rows.add(row("the public path " + path, "SEAWALL_PUBLIC_PATHS=" + path)
                    .because("SEAWALL_PUBLIC_PATHS: " + path + PLAIN_PUBLIC_PATH));
        }
        for (String[] pair : new String[][]{{"/v1", "/v1"}, {"/v1/*", "/v1"}, {"/V1/models", "/v1"},
            {"/tools/*", "/tools/invoke"}, {"/sessions/x", "/sessions"}, {"ws:/sessions", "/sessions"},
            {"/healthz", "/healthz"}, {"/readyz", "/readyz"}, {"/.seawall/login", "/.seawall"},
            {"/.well-known/*", "/.well-known/openclaw"}, {"/hooks/*", "/hooks"}, {"/Hooks/in", "/hooks"}}) {
            rows.add(row("the public path " + pair[0], "SEAWALL_PUBLIC_PATHS=" + pair[0])
                    .because("SEAWALL_PUBLIC_PATHS: " + pair[0]
                            + " (expected: no path that a layer guards; this one overlaps " + pair[1]
                            + "). Fix: remove it"));
        }
        rows.add(row("a public path that reaches the webhooks, while their token is missing", "HOOKS_ENABLED=true",
                "HOOKS_PATH=/in/hooks", "SEAWALL_PUBLIC_PATHS=/slack,/in/*").because(
                        "HOOKS_TOKEN: not set (expected: a token of at least 128 bits). Fix: set HOOKS_TOKEN to the output of: ./seawall gen-token",
                        "SEAWALL_PUBLIC_PATHS: /in/* (expected: no path that a layer guards; this one overlaps /in/hooks). Fix: remove it"));
        return rows.stream();
    }

    static Stream<Row> stripHeaders() {
        List<Row> rows = new ArrayList<>();
        for (String name : List.of("Host", "Authorization", "Cookie", "Connection", "Upgrade", "Content-Length",
                "Content_Type", "Transfer-Encoding", "Origin", "X-Forwarded-For", "x_forwarded_proto",
                "Sec-WebSocket-Key", "Sec-WebSocket-Version")) {
            rows.add(row("stripping " + name, "SEAWALL_STRIP_HEADERS=X-User, " + name).because("SEAWALL_STRIP_HEADERS: "
                    + name + " (expected: headers that the gateway does not need). Fix: remove it from the list"));
        }
        rows.add(row("stripping what is no header", "SEAWALL_STRIP_HEADERS=X-User:")
                .because("SEAWALL_STRIP_HEADERS: X-User: (expected: header names). Fix: correct that entry"));
        rows.add(row("accepting what is no check", "SEAWALL_ACCEPT_RISK=all").because(
                "SEAWALL_ACCEPT_RISK: all (expected: ids of checks, as `seawall audit` prints them). Fix: list the ids that the refusal named, or unset SEAWALL_ACCEPT_RISK"));
        return rows.stream();
    }
}
