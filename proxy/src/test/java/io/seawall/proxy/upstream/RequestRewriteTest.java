package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Secret;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestRewriteTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String CLIENT = "203.0.113.7";
    private static final String WEBSOCKET = "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";

    private static Headers rewritten(Route route, String client, boolean secure, String headers, String... stripped) {
        return new RequestRewrite(Set.of(stripped)).apply(
                Permits.permit(route, client, secure, "GET / HTTP/1.1\nHost: claw.example.com:8443\n" + headers), ID);
    }

    private static Headers rewritten(String headers) {
        return rewritten(Route.UI, CLIENT, true, headers);
    }

    @Test
    void sendsTheseFieldsAndNoOthersForAPlainRequest() {
        Headers headers = rewritten("Accept: */*");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            lines.add(headers.name(i) + ": " + headers.value(i).replaceFirst("-[0-9a-f]{16}-00$", "-SPAN-00"));
        }
        assertEquals(List.of("Host: claw.example.com:8443", "Accept: */*", "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: https", "X-Request-Id: " + ID, "traceparent: 00-" + ID + "-SPAN-00"), lines);
    }

    static Stream<String> stripped() {
        return Stream.of("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-User",
                "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Banana", "Forwarded", "X-Real-IP",
                "True-Client-IP", "X-Client-IP", "X-Cluster-Client-IP", "Fastly-Client-IP", "CF-Connecting-IP",
                "CF-Ray",
                "CF-Visitor", "CF-Access-Jwt-Assertion", "Cf-Access-Authenticated-User-Email", "Tailscale-User-Login",
                "Tailscale-User-Name", "Tailscale-Funnel-Request", "X-Openclaw-Scopes", "X-Openclaw-Token",
                "Proxy-Authorization", "Proxy-Connection", "Proxy-Anything", "Proxy-Authenticate", "X-Original-URL",
                "X-Rewrite-URL", "X-Original-Host", "X-Host", "X-HTTP-Method-Override", "X-Method-Override",
                "X-Seawall-Authorization", "X-Seawall-Anything", "X-Request-Id", "TE", "Trailer", "Keep-Alive",
                "X-Remote-User", "X-Remote-Group", "Remote-User", "Remote-Email", "X-Auth-Request-User",
                "X-Auth-Request-Access-Token", "X-Auth-User", "X-Pomerium-Jwt-Assertion", "X-Pomerium-Claim-Email",
                "X-Authentik-Username", "X-WebAuth-User", "X-Authenticated-User", "X-Consumer-Username",
                "X-Credential-Identifier", "X-Vouch-User", "X-Goog-Authenticated-User-Email",
                "X-Goog-IAP-JWT-Assertion",
                "X-Endpoint-API-UserInfo", "X-Ms-Client-Principal", "X-Ms-Client-Principal-Name",
                "X-Ms-Token-Aad-Id-Token", "X-Amzn-Oidc-Data", "X-Amzn-Oidc-Identity", "X-Amzn-Mtls-Clientcert",
                "Ssl-Client-S-Dn", "SSL-Client-Verify", "X-SSL-Client-CN", "X-Client-Cert", "X-Client-Certificate",
                "Client-Cert", "Client-Cert-Chain", "X-Client-DN", "X-ARR-ClientCert", "X-Tls-Client-Subject",
                "OIDC-Claim-Email", "Shib-Session-ID", "Mellon-Name-Id", "Ngrok-Auth-User-Email",
                "Teleport-Jwt-Assertion", "X-ExeDev-UserID", "X-Replit-User-Name", "Impersonate-User",
                "X-Token-User-Email", "X-User", "X-User-Id", "X-Username", "X-Email", "X-Groups", "X-Roles",
                "X-Userinfo", "X-Envoy-External-Address", "X-Azure-ClientIP", "X-AppEngine-User-IP", "Fly-Client-IP",
                "Do-Connecting-IP", "X-Nf-Client-Connection-Ip", "X-Original-Forwarded-For", "Client-IP",
                "X-Openclaw-Password", "X-Openclaw-Cli-Capture-Key", "X-Openclaw-Client-Caps",
                "X-Openclaw-Gateway-Signature", "X-Openclaw-Anything",
                "HTTP2-Settings", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions");
    }

    @ParameterizedTest
    @MethodSource("stripped")
    void stripsWhatOnlyAProxyMaySayHoweverItIsWritten(String name) {
        for (String spelling : List.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT),
                name.replace('-', '_'), name.toLowerCase(Locale.ROOT).replace('-', '_'),
                name.replaceFirst("-", "_"))) {
            Headers headers = rewritten(spelling + ": evil");
            for (int i = 0; i < headers.size(); i++) {
                assertFalse(headers.value(i).contains("evil"), () -> spelling + " passed");
            }
        }
    }

    /// What the search in the table relies on.
    @Test
    void noFamilyIsPartOfAnother() {
        for (String one : StrippedFields.prefixes()) {
            assertTrue(
                    StrippedFields.prefixes().stream().noneMatch(other -> !other.equals(one) && other.startsWith(one)),
                    one);
        }
    }

    @ParameterizedTest
    @CsvSource({"X-Custom-User", "x_custom_user", "X-CUSTOM_USER", "remote-user", "Remote_User"})
    void stripsWhatTheOperatorNames(String name) {
        Headers headers = rewritten(Route.UI, CLIENT, true, name + ": evil\nX-Other: 1", "x-custom-user",
                "remote-user");
        assertFalse(headers.contains(name));
        assertTrue(headers.contains("X-Other"));
    }

    /// Who only looks is shown what would happen.
    @ParameterizedTest
    @CsvSource({"GET, 'Accept: */*|X-Forwarded-For: 6.6.6.6|Authorization: Basic eDp5|traceparent: x'",
        "GET, 'Cookie: a=b; __Host-seawall=c|Cookie: __Host-seawall=d|Cookie: e=f|Authorization: Bearer x'",
        "GET, 'Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
        "POST, 'Content-Length: 3|Sec-WebSocket-Protocol: x|x_real_ip: y|X-Openclaw-Token: t'"})
    void previewsWhatItDoes(String method, String fields) {
        PermittedRequest request = Permits.permit(Route.UI, CLIENT, true,
                method + " / HTTP/1.1\nHost: claw.example.com\n" + fields.replace('|', '\n'));
        RequestRewrite rewrite = new RequestRewrite(Set.of());
        RequestRewrite.Preview preview = rewrite.preview(request.routed(), ID);
        Headers out = rewrite.apply(request, ID);
        List<String> shown = new ArrayList<>(preview.kept());
        shown.addAll(preview.shortened());
        for (int i = 0; i < preview.set().size(); i++) {
            shown.add(preview.set().name(i));
        }
        List<String> done = new ArrayList<>();
        for (int i = 0; i < out.size(); i++) {
            done.add(out.name(i));
        }
        assertEquals(done.stream().sorted().toList(), shown.stream().sorted().toList());
        assertEquals(request.head().headers().size(),
                preview.stripped().size() + preview.shortened().size() + preview.kept().size());
    }

    /// Hygiene refuses such a request; were it to let one through, the field would still stay here.
    @Test
    void stripsWhatConnectionNamesHoweverItIsWritten() {
        Headers headers = rewritten("Connection: x_foo, X-Bar, x-forwarded-for\nx-foo: evil\nX_Foo: evil\nx_bar: evil\n"
                + "X-Forwarded-For: 203.0.113.99");
        for (int i = 0; i < headers.size(); i++) {
            assertFalse(headers.value(i).contains("evil"), headers.name(i));
        }
        assertEquals(List.of(CLIENT), headers.all("X-Forwarded-For"));
    }

    @Test
    void sendsNoOfferOfAnotherProtocol() {
        Headers headers = rewritten("Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABk");
        assertEquals(List.of(), List.of("Connection", "Upgrade", "HTTP2-Settings").stream().filter(headers::contains)
                .toList());
        assertEquals(List.of("websocket"), rewritten(WEBSOCKET.replace("websocket", "h2c, websocket")).all("Upgrade"));
    }

    @Test
    void stripsWhatConnectionNames() {
        Headers in = Headers.builder().add("Host", "claw.example.com").add("Connection", "X_Secret-Hop, close")
                .add("x-secret-hop", "evil").add("X-Other", "1").build();
        RequestHead head = new RequestHead("GET", "/", "claw.example.com", Persistence.KEPT, in, Body.NONE);
        Headers out = new RequestRewrite(Set.of()).apply(Permits.permit(Route.UI, CLIENT, true, head), ID);
        assertFalse(out.contains("X-Secret-Hop"));
        assertFalse(out.contains("Connection"));
        assertTrue(out.contains("X-Other"));
    }

    @ParameterizedTest
    @CsvSource({"x-openclaw-model", "x-openclaw-agent-id", "x-openclaw-session-key", "x-openclaw-message-channel",
        "x-openclaw-agent", "x-openclaw-requester-session-key", "x-openclaw-message-to", "x-openclaw-account-id",
        "x-openclaw-thread-id", "X-OpenClaw-Webhook-Secret", "X-Goog-Channel-Token", "X-Goog-Resource-State",
        "X-Goog-Message-Number", "X-Gitlab-Token", "X-GitHub-Event", "X-Telegram-Bot-Api-Secret-Token",
        "X-Shopify-Hmac-SHA256", "Linear-Signature", "X-Signature-Ed25519", "X-Signature-Timestamp", "X-Zm-Signature",
        "Paypal-Transmission-Sig", "Sentry-Hook-Signature", "X-PagerDuty-Signature", "svix-signature",
        "X-Line-Signature",
        "X-Auth-Token", "X-Access-Token", "X-Api-Key", "X-User-Agent", "X-Client-Request-Id", "X-Stainless-Lang",
        "OpenAI-Organization", "X-Ms-Conversation-Id", "X-Amz-Sns-Message-Type",
        "Idempotency-Key", "X-OpenClaw-Idempotency-Key", "Origin", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest",
        "Sec-Fetch-User", "X-Hub-Signature-256", "X-Slack-Signature", "X-Slack-Request-Timestamp", "Stripe-Signature",
        "webhook-signature", "X-Twilio-Signature", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding",
        "Content-Type", "Range", "If-None-Match", "Cache-Control", "Referer", "tracestate", "X-Requested-With"})
    void keeps(String name) {
        assertEquals(List.of("some value"), rewritten(name + ": some value").all(name));
    }

    @ParameterizedTest
    @EnumSource
    void forwardsABearerUntouchedOnEveryRoute(Route route) {
        Headers headers = rewritten(route, CLIENT, true, "authorization: bEARER  device token");
        assertEquals(route == Route.SANDBOX || route == Route.STATIC ? List.of() : List.of("bEARER  device token"),
                headers.all("Authorization"));
    }

    @Test
    void givesTheSandboxNoCredentialAndNoCookieOfAnybody() {
        Headers headers = rewritten(Route.SANDBOX, CLIENT, true, "Authorization: Bearer x\nCookie: a=1\n"
                + "Cookie: __Host-seawall=1.x\nX-Openclaw-Token: t\nX-Seawall-Authorization: Basic x");
        for (String name : List.of("Authorization", "Cookie", "X-Openclaw-Token", "X-Seawall-Authorization")) {
            assertFalse(headers.contains(name), name);
        }
    }

    @ParameterizedTest
    @CsvSource({"Bearer gateway-token, false", "bearer   gateway-token, false", "gateway-token, false",
        "Bearer of-the-program, true", "Bearer gateway-token2, true", "Basic YWRtaW46c2VjcmV0, false"})
    void givesAPortalNoTokenOfOurs(String value, boolean passes) {
        RequestRewrite rewrite = new RequestRewrite(Set.of(), List.of(new Secret("gateway-token")));
        RequestHead head = Permits.head("GET / HTTP/1.1\nHost: x.preview.example.net\nAuthorization: " + value + "\n"
                + "Cookie: a=1; __Host-seawall=1.x\nX-Openclaw-Token: t\n");
        Headers headers = rewrite.apply(Permits.permit(Route.PORTAL, CLIENT, true, head), ID);
        assertEquals(passes ? List.of(value) : List.of(), headers.all("Authorization"));
        assertEquals(List.of("a=1"), headers.all("Cookie"));
        assertFalse(headers.contains("X-Openclaw-Token"));
    }

    @ParameterizedTest
    @CsvSource({"Basic YWRtaW46c2VjcmV0", "basic YWRtaW46c2VjcmV0", "BASIC   YWRtaW46c2VjcmV0", "Basic", "BasicX y",
        "'Basic x, Bearer y'"})
    void neverForwardsBasic(String value) {
        for (Route route : Route.values()) {
            assertFalse(rewritten(route, CLIENT, true, "Authorization: " + value).contains("Authorization"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void forwardsTheHooksHeaderOnHooksOnly(Route route) {
        assertEquals(route == Route.HOOKS,
                rewritten(route, CLIENT, true, "X-OpenClaw-Token: t").contains("x-openclaw-token"));
    }

    @Test
    void takesOurCookieOutAndLeavesTheOthers() {
        assertEquals(List.of("a=1; b=2", "c=3"),
                rewritten("Cookie: a=1; __Host-seawall=1.x; b=2\nCookie: c=3\nCookie: __Host-seawall=y").all("Cookie"));
        assertFalse(rewritten("Cookie: __Host-seawall=1.x").contains("Cookie"));
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.7, 203.0.113.7", "10.0.0.1, 10.0.0.1", "127.0.0.1, 192.0.2.1", "127.1.2.3, 192.0.2.1",
        "::1, 192.0.2.1", "0.0.0.0, 192.0.2.1", "::, 192.0.2.1", "::ffff:127.0.0.1, 192.0.2.1",
        "::127.0.0.1, 192.0.2.1", "::ffff:0:127.0.0.1, 192.0.2.1", "64:ff9b::7f00:1, 192.0.2.1",
        "64:ff9b:1::7f00:1, 192.0.2.1", "0.1.2.3, 192.0.2.1", "::ffff:0.0.0.0, 192.0.2.1", "::2, 192.0.2.1",
        "2002:7f00:1::, 192.0.2.1", "2002:7f00:1:2::3, 192.0.2.1", "2001:0:1:2:3:4:80ff:fffe, 192.0.2.1",
        "fe80::5efe:127.0.0.1, 192.0.2.1", "2001:db8::200:5efe:7f00:1, 192.0.2.1", "::203.0.113.7, ::cb00:7107",
        "64:ff9b::203.0.113.7, 64:ff9b::cb00:7107", "2002:cb00:7107::1, 2002:cb00:7107::1",
        "2001:db8::7f00:1, 2001:db8::7f00:1", "fe80::1, fe80::1", "126.0.0.1, 126.0.0.1", "128.0.0.1, 128.0.0.1",
        "::ffff:203.0.113.7, 203.0.113.7", "2001:DB8:0:0:0:0:0:7, 2001:db8::7",
        "2001:db8:0:1:0:0:0:7, 2001:db8:0:1::7"})
    void namesExactlyOneClient(String client, String forwarded) {
        Headers headers = rewritten(Route.UI, client, false,
                "X-Forwarded-For: 127.0.0.1\nx-forwarded-for: 10.0.0.1\nX_Forwarded_For: ::1");
        assertEquals(List.of(forwarded), headers.all("X-Forwarded-For"));
        assertEquals(1, headers.count("X-Forwarded-For"));
    }

    @Test
    void tellsTheSchemeThatTheClientUsed() {
        assertEquals(List.of("https"), rewritten(Route.UI, CLIENT, true, "X-Forwarded-Proto: http")
                .all("X-Forwarded-Proto"));
        assertEquals(List.of("http"), rewritten(Route.UI, CLIENT, false, "X-Forwarded-Proto: https")
                .all("X-Forwarded-Proto"));
    }

    @Test
    void sendsThePublicHostOnce() {
        assertEquals(List.of("claw.example.com:8443"), rewritten("Accept: */*").all("Host"));
    }

    @Test
    void keepsATraceOrBeginsOne() {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assertEquals(List.of(trace), rewritten("traceparent: " + trace).all("traceparent"));
        String begun = rewritten("Accept: */*").get("traceparent", "");
        assertTrue(begun.matches("00-" + ID + "-(?!0{16})[0-9a-f]{16}-00"), begun);
    }

    @Test
    void sendsAHandshakeOfItsOwnForAWebSocket() {
        Headers headers = rewritten(WEBSOCKET + "Sec-WebSocket-Protocol: a, b\nSec-WebSocket-Extensions: x");
        assertEquals(List.of("Upgrade"), headers.all("Connection"));
        assertEquals(List.of("websocket"), headers.all("Upgrade"));
        assertEquals(List.of("dGhlIHNhbXBsZSBub25jZQ=="), headers.all("Sec-WebSocket-Key"));
        assertEquals(List.of("13"), headers.all("Sec-WebSocket-Version"));
        assertEquals(List.of("a, b"), headers.all("Sec-WebSocket-Protocol"));
    }

    @Test
    void sendsNoFramingAndNoConnection() {
        Headers headers = rewritten("Connection: keep-alive\nKeep-Alive: timeout=5\nContent-Length: 5");
        for (String name : List.of("Connection", "Keep-Alive", "Content-Length", "Transfer-Encoding", "Upgrade")) {
            assertFalse(headers.contains(name), name);
        }
    }
}
