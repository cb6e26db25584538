package io.seawall.config.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gateways, proxies in front and choices that are refused, and the words for it.
class UpstreamRefusalTest extends RefusalRows {
    private static final String ONE_LOOPBACK = " (expected: 127.0.0.1:PORT). Fix: run the gateway on this host (or in this network namespace) with gateway.bind: \"loopback\", and set SEAWALL_UPSTREAM=127.0.0.1:18789";
    private static final String BIND_FIX = " (expected: loopback). Fix: OPENCLAW_GATEWAY_BIND=loopback, and gateway.bind: \"loopback\" in openclaw.json";
    private static final String PROXY_FIX = " (expected: addresses or CIDRs such as 127.0.0.1 or 10.0.0.0/8). Fix: correct that entry";
    private static final String NOT_EVERYBODY = " (expected: the addresses of your proxies only). Fix: name the tunnel's or proxy's own address, for example 127.0.0.1";
    private static final String HEADER_CHOICE = " (expected: CF-Connecting-IP, X-Forwarded-For or PROXY). Fix: name the header that your proxy sets itself, or PROXY where it sends a PROXY protocol header";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"gatewayBinds", "upstreams", "trustedProxies", "access", "flagsAndChoices"})
    void refusesWithTheseWords(Row row) {
        refuses(row);
    }

    static Stream<Row> gatewayBinds() {
        return Stream.of("lan", "tailnet", "auto", "custom", "0.0.0.0", "Loopback").map(
                bind -> row("a gateway bound to " + bind, "OPENCLAW_GATEWAY_BIND=" + bind)
                        .because("OPENCLAW_GATEWAY_BIND: " + bind + BIND_FIX));
    }

    static Stream<Row> upstreams() {
        List<Row> rows = new ArrayList<>();
        for (String upstream : List.of("0.0.0.0:18789", "127.0.0.2:18789", "[::1]:18789", "::1", "10.0.0.5:18789",
                "openclaw:18789", "localhost.example.com:18789", "localhost.:18789", "127.1:18789", "2130706433:18789",
                "https://127.0.0.1:18789", "127.0.0.1:18789/ui", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                "127.0.0.1:x", "me@127.0.0.1:18789", ":18789", "18789", "http://")) {
            rows.add(row("the upstream " + upstream, "SEAWALL_UPSTREAM=" + upstream)
                    .because("SEAWALL_UPSTREAM: " + upstream + ONE_LOOPBACK));
        }
        rows.add(row("two upstream ports", "SEAWALL_UPSTREAM=127.0.0.1:18789", "OPENCLAW_GATEWAY_PORT=18790").because(
                "OPENCLAW_GATEWAY_PORT: 18790 (expected: the port of SEAWALL_UPSTREAM, 18789). Fix: unset OPENCLAW_GATEWAY_PORT or make them equal"));
        return rows.stream();
    }

    static Stream<Row> trustedProxies() {
        List<Row> rows = new ArrayList<>();
        for (String block : List.of("0.0.0.0/0", "::/0", "10.0.0.0/0")) {
            rows.add(row("trusting " + block, "SEAWALL_TRUSTED_PROXIES=" + block,
                    "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP")
                    .because("SEAWALL_TRUSTED_PROXIES: " + block + NOT_EVERYBODY));
        }
        for (String block : List.of("cloudflare", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10/8", "10",
                "::ffff:10.0.0.0/104", "fd00::/129", "*")) {
            rows.add(row("trusting " + block, "SEAWALL_TRUSTED_PROXIES=" + block,
                    "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For")
                    .because("SEAWALL_TRUSTED_PROXIES: " + block + PROXY_FIX));
        }
        rows.add(row("trusted proxies without a header", "SEAWALL_TRUSTED_PROXIES=127.0.0.1").because(
                "SEAWALL_CLIENT_IP_HEADER: not set (expected: CF-Connecting-IP, X-Forwarded-For or PROXY, because SEAWALL_TRUSTED_PROXIES is set). Fix: SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP behind cloudflared, SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For behind another proxy"));
        rows.add(row("a header without trusted proxies", "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP").because(
                "SEAWALL_CLIENT_IP_HEADER: cf-connecting-ip (expected: SEAWALL_TRUSTED_PROXIES besides it). Fix: set SEAWALL_TRUSTED_PROXIES to the address of the proxy that sets the header"));
        rows.add(row("a header that anybody may set", "SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=X-Real-IP").because("SEAWALL_CLIENT_IP_HEADER: x-real-ip" + HEADER_CHOICE));
        return rows.stream();
    }

    static Stream<Row> access() {
        List<Row> rows = new ArrayList<>();
        String issuer = "SEAWALL_ACCESS_ISSUER=https://otters.cloudflareaccess.com";
        String audience = "SEAWALL_ACCESS_AUDIENCE=4714c1358e65fe4b";
        for (String text : List.of("otters", "otters.cloudflareaccess.com", "http://otters.cloudflareaccess.com",
                "https://otters.cloudflareaccess.com/", "https://Otters.cloudflareaccess.com",
                "https://otters.cloudflareaccess.com:8443", "https://")) {
            rows.add(row("the issuer " + text, "SEAWALL_ACCESS_ISSUER=" + text, audience)
                    .because("SEAWALL_ACCESS_ISSUER: " + text
                            + " (expected: https://TEAM.cloudflareaccess.com, without a path or a slash). Fix: write your team's domain as the dashboard shows it"));
        }
        for (String text : List.of("short", "4714c1358e65fe4b*")) {
            rows.add(row("the audience " + text, issuer, "SEAWALL_ACCESS_AUDIENCE=" + text)
                    .because("SEAWALL_ACCESS_AUDIENCE: " + text
                            + " (expected: AUD tags, 64 hexadecimal digits each). Fix: copy the Application Audience (AUD) tag of your Access application"));
        }
        for (String text : List.of("http://keys.example/certs", "http://127.0.0.1.example/certs",
                "https://keys.example",
                "https://me@keys.example/certs", "ftp://keys.example/certs", "https://keys.example/certs?x#y")) {
            rows.add(row("keys from " + text, issuer, audience, "SEAWALL_ACCESS_KEYS=" + text)
                    .because("SEAWALL_ACCESS_KEYS: " + text
                            + " (expected: a file, or an https URL). Fix: unset it to fetch them from the issuer"));
        }
        String alone = " (expected: SEAWALL_ACCESS_ISSUER besides it). Fix: SEAWALL_ACCESS_ISSUER=https://TEAM.cloudflareaccess.com";
        rows.add(row("an audience and keys without an issuer", audience, "SEAWALL_ACCESS_KEYS=/keys.json").because(
                "SEAWALL_ACCESS_AUDIENCE: 4714c1358e65fe4b" + alone, "SEAWALL_ACCESS_KEYS: /keys.json" + alone));
        rows.add(row("an issuer without an audience", issuer).because(
                "SEAWALL_ACCESS_AUDIENCE: not set (expected: an AUD tag, because SEAWALL_ACCESS_ISSUER is set). Fix: copy the Application Audience (AUD) tag of your Access application"));
        return rows.stream();
    }

    static Stream<Row> flagsAndChoices() {
        return Stream.of(
                row("webhooks perhaps on", "HOOKS_ENABLED=maybe")
                        .because("HOOKS_ENABLED: maybe (expected: true or false). Fix: HOOKS_ENABLED=false"),
                row("root perhaps allowed", "SEAWALL_ALLOW_ROOT=2")
                        .because("SEAWALL_ALLOW_ROOT: 2 (expected: true or false). Fix: SEAWALL_ALLOW_ROOT=false"),
                row("an unknown answer to exposure", "SEAWALL_ON_EXPOSURE=ignore").because(
                        "SEAWALL_ON_EXPOSURE: ignore (expected: refuse, warn). Fix: SEAWALL_ON_EXPOSURE=refuse"),
                row("a user by name", "SEAWALL_GATEWAY_UID=openclaw").because(
                        "SEAWALL_GATEWAY_UID: openclaw (expected: the number of a user, 0 to 4294967294 (id -u NAME prints it)). Fix: correct or unset it"),
                row("nobody's number", "SEAWALL_GATEWAY_UID=4294967295").because(
                        "SEAWALL_GATEWAY_UID: 4294967295 (expected: the number of a user, 0 to 4294967294 (id -u NAME prints it)). Fix: correct or unset it"),
                row("a sandbox at an address", "SEAWALL_SANDBOX=192.0.2.7").because(
                        "SEAWALL_SANDBOX: 192.0.2.7 (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox as a URL", "SEAWALL_SANDBOX=https://apps.example.com").because(
                        "SEAWALL_SANDBOX: https://apps.example.com (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox among the pages", "SEAWALL_HOSTS=claw.example.com", "SEAWALL_SANDBOX=CLAW.example.com.")
                        .because(
                                "SEAWALL_SANDBOX: CLAW.example.com. (expected: a name under which no page of the UI is served). Fix: give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox on localhost", "SEAWALL_SANDBOX=LOCALHOST").because(
                        "SEAWALL_SANDBOX: LOCALHOST (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox as a wildcard", "SEAWALL_SANDBOX=*.example.com").because(
                        "SEAWALL_SANDBOX: *.example.com (expected: one DNS name of its own (no address, no localhost, no *), without scheme, port or path). Fix: for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox among Coolify's names", "COOLIFY_FQDN=https://claw.example.com",
                        "SEAWALL_SANDBOX=claw.example.com").because(
                                "SEAWALL_SANDBOX: claw.example.com (expected: a name under which no page of the UI is served). Fix: give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("a sandbox among the allowed origins", "SEAWALL_ALLOWED_ORIGINS=https://ui.example.com:8443",
                        "SEAWALL_SANDBOX=ui.example.com").because(
                                "SEAWALL_SANDBOX: ui.example.com (expected: a name under which no page of the UI is served). Fix: give it a name of its own, for example SEAWALL_SANDBOX=mcp-apps.example.com"),
                row("portals as a wildcard", "SEAWALL_PORTALS=*.preview.example.net").because(
                        "SEAWALL_PORTALS: *.preview.example.net (expected: one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *). Fix: the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals at an address", "SEAWALL_PORTALS=192.0.2.7").because(
                        "SEAWALL_PORTALS: 192.0.2.7 (expected: one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *). Fix: the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals in a domain of one label", "SEAWALL_PORTALS=lan").because(
                        "SEAWALL_PORTALS: lan (expected: one DNS domain with a dot in it (no address, no localhost), without scheme, port, path or *). Fix: the domain that openclaw.json has at gateway.portals.ingress.domain, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals around the pages", "SEAWALL_HOSTS=claw.example.com", "SEAWALL_PORTALS=EXAMPLE.com.")
                        .because(
                                "SEAWALL_PORTALS: EXAMPLE.com. (expected: a domain that no other configured name is, or is below; claw.example.com is). Fix: give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals around an allowed origin", "SEAWALL_HOSTS=claw.example.com",
                        "SEAWALL_ALLOWED_ORIGINS=https://claw.example.com,https://x.preview.example.net",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_PORTALS: preview.example.net (expected: a domain that no other configured name is, or is below; x.preview.example.net is). Fix: give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals around the sandbox", "SEAWALL_SANDBOX=preview.example.net",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_PORTALS: preview.example.net (expected: a domain that no other configured name is, or is below; preview.example.net is). Fix: give portals a domain of their own, for example SEAWALL_PORTALS=preview.example.net"),
                row("portals with a certificate of ACME", "SEAWALL_HOSTS=claw.example.com", "SEAWALL_TLS=acme",
                        "SEAWALL_ACME_EMAIL=otter@example.com", "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_PORTALS: preview.example.net (expected: a certificate for *.preview.example.net, which SEAWALL_TLS=acme cannot get: a CA asks for a DNS record). Fix: get it with another ACME client (dns-01) and name it in SEAWALL_TLS_CERT and SEAWALL_TLS_KEY, or let a proxy in front end TLS"),
                row("portals on the gateway's port", "SEAWALL_PORTALS=preview.example.net",
                        "SEAWALL_PORTALS_PORT=18789").because(
                                "SEAWALL_PORTALS_PORT: 18789 (expected: another port than the gateway's and its sandbox's, which is the next one). Fix: the port that openclaw.json has at gateway.portals.ingress.port, for example SEAWALL_PORTALS_PORT=18890"),
                row("portals on the sandbox's port", "SEAWALL_PORTALS=preview.example.net",
                        "SEAWALL_PORTALS_PORT=18790").because(
                                "SEAWALL_PORTALS_PORT: 18790 (expected: another port than the gateway's and its sandbox's, which is the next one). Fix: the port that openclaw.json has at gateway.portals.ingress.port, for example SEAWALL_PORTALS_PORT=18890"),
                row("a sandbox beyond the last port", "SEAWALL_UPSTREAM=127.0.0.1:65535",
                        "SEAWALL_SANDBOX=apps.example.com").because(
                                "SEAWALL_SANDBOX: apps.example.com (expected: a gateway on a port below 65535, because its sandbox is on the next one). Fix: unset SEAWALL_SANDBOX, or move the gateway"),
                row("the port of the gateway's sandbox as SEAWALL_SANDBOX_PORT", "SEAWALL_SANDBOX_PORT=18790").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the same on loopback", "SEAWALL_SANDBOX_PORT=18790", "SEAWALL_BIND=127.0.0.1").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=127.0.0.1 takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the same on IPv6's loopback", "SEAWALL_SANDBOX_PORT=18790", "SEAWALL_BIND=::1").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=::1 takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the same on every address", "SEAWALL_SANDBOX_PORT=18790", "SEAWALL_BIND=::").because(
                        "SEAWALL_SANDBOX_PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=:: takes it there, too). Fix: SEAWALL_SANDBOX_PORT=18791, and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:18791\"; or SEAWALL_BIND with the one address that clients connect to"),
                row("the port of the gateway's sandbox as PORT", "PORT=18790", "SEAWALL_SANDBOX=apps.example.com")
                        .because(
                                "PORT: 18790 (expected: another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: PORT=8080"),
                row("the port of the gateway's portals as PORT", "PORT=18890", "SEAWALL_PORTALS=preview.example.net")
                        .because(
                                "PORT: 18890 (expected: another port than OpenClaw's portals have at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: PORT=8080"),
                row("the port of the gateway's portals as the plain port", "SEAWALL_HTTP_PORT=18890",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_HTTP_PORT: 18890 (expected: another port than OpenClaw's portals have at 127.0.0.1 and [::1], because SEAWALL_BIND=0.0.0.0 takes it there, too). Fix: SEAWALL_HTTP_PORT=80, or 8081 with 80 forwarded to it"),
                row("the port of the gateway's portals as the admin port", "SEAWALL_ADMIN=127.0.0.1:18890",
                        "SEAWALL_PORTALS=preview.example.net").because(
                                "SEAWALL_ADMIN: 18890 (expected: another port than OpenClaw's portals have at 127.0.0.1 and [::1], because this one is on 127.0.0.1, too). Fix: SEAWALL_ADMIN=127.0.0.1:9464"),
                row("a sandbox's port that is PORT", "SEAWALL_SANDBOX_PORT=8080").because(
                        "SEAWALL_SANDBOX_PORT: 8080 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a sandbox's port that is the admin port", "SEAWALL_SANDBOX_PORT=9464").because(
                        "SEAWALL_SANDBOX_PORT: 9464 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a sandbox's port that is the plain port", "SEAWALL_SANDBOX_PORT=8081", "SEAWALL_HTTP_PORT=8081")
                        .because(
                                "SEAWALL_SANDBOX_PORT: 8081 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a sandbox's port that is the gateway's", "SEAWALL_SANDBOX_PORT=18789").because(
                        "SEAWALL_SANDBOX_PORT: 18789 (expected: another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's). Fix: SEAWALL_SANDBOX_PORT=18791"),
                row("a port for a sandbox beyond the last port", "SEAWALL_UPSTREAM=127.0.0.1:65535",
                        "SEAWALL_SANDBOX_PORT=18791").because(
                                "SEAWALL_SANDBOX_PORT: 18791 (expected: a gateway on a port below 65535, because its sandbox is on the next one). Fix: unset SEAWALL_SANDBOX_PORT, or move the gateway"),
                row("an unknown log format", "SEAWALL_LOG=xml")
                        .because("SEAWALL_LOG: xml (expected: auto, json, text). Fix: SEAWALL_LOG=auto"));
    }
}
