package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.seawall.proxy.cloudflare.Issuer;
import io.seawall.proxy.server.ClientPki.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What may stand in front of a whole Seawall: a proxy that speaks the PROXY protocol, an edge with a certificate of its
/// own, Cloudflare Access.
class EdgeIT {
    private static final String PROXY_METRIC = "seawall_connections_refused_total{reason=\"proxy_header\"}";

    @TempDir
    private Path state = Path.of("");
    private final ScriptedUpstream upstream;

    EdgeIT() throws IOException {
        upstream = new ScriptedUpstream();
    }

    @BeforeEach
    void answer() {
        upstream.answering(request -> ScriptedUpstream.ok("hello"));
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private RunningServer start(String... lines) {
        return RunningServer.start(state, upstream.port(), lines);
    }

    /// What comes back over TLS behind a preface in clear; empty where the connection ended.
    private String exchange(RunningServer server, byte[] preface, KeyManager[] client, String request) {
        try (Socket plain = new Socket()) {
            plain.setSoTimeout(20_000);
            plain.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port()));
            plain.getOutputStream().write(preface);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(client, trust().getTrustManagers(), null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", server.port(),
                    true);
            socket.startHandshake();
            socket.getOutputStream().write(request.replace("HOST", server.host()).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(state.resolve("ca.pem"))) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory;
    }

    private static String get(String path, String... fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n" + String.join("\r\n", fields)
                + (fields.length == 0 ? "" : "\r\n") + "\r\n";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    // --- PROXY protocol

    @Test
    void aTrustedProxyNamesTheClientBeforeTls() {
        try (RunningServer server = start("SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=PROXY")) {
            String request = get("/v1/models", "Authorization: " + RunningServer.BEARER,
                    "X-Forwarded-For: 192.0.2.66", "CF-Connecting-IP: 192.0.2.66");
            assertTrue(exchange(server, ascii("PROXY TCP4 203.0.113.9 127.0.0.1 4711 443\r\n"), new KeyManager[0],
                    request).startsWith("HTTP/1.1 200 "));
            assertTrue(exchange(server, HexFormat.of().parseHex("0d0a0d0a000d0a515549540a21210024"
                    + "20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "126701bb"),
                    new KeyManager[0], request).startsWith("HTTP/1.1 200 "));
            assertEquals(List.of("203.0.113.9", "2001:db8::7"),
                    upstream.requests().stream().map(r -> r.one("X-Forwarded-For")).toList());
            RunningServer.eventually("two access lines", () -> server.accessLines().size() == 2);
            assertEquals(List.of("203.0.113.9", "2001:db8::7"),
                    server.accessLines().stream().map(line -> line.path("client").asText()).toList());

            // the proxy's own health check, and one that says nothing
            assertTrue(exchange(server, ascii("PROXY UNKNOWN\r\n"), new KeyManager[0], get("/healthz"))
                    .startsWith("HTTP/1.1 200 "));
            assertEquals("", exchange(server, new byte[0], new KeyManager[0], get("/healthz")));
            assertEquals(1, server.metric(PROXY_METRIC));
        }
    }

    /// As behind a balancer that does on port 80 as on port 443, and behind one that does not.
    @Test
    void thePlainPortTakesAProxyHeaderAndNeedsNone() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (RunningServer server = start("SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=PROXY",
                "SEAWALL_HTTP_PORT=" + port, "SEAWALL_HOSTS=claw.example.com")) {
            String request = "GET /x HTTP/1.1\r\nHost: claw.example.com\r\n\r\n";
            String redirect = "HTTP/1.1 308 Permanent Redirect\r\nLocation: https://claw.example.com/x\r\n";
            for (byte[] preface : List.of(ascii("PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n"),
                    HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000ccb00710a7f00000112670050"), new byte[0])) {
                String answer = plain(port, preface, request);
                assertTrue(answer.startsWith(redirect), answer);
            }
            assertTrue(plain(port, ascii("PROXY TCP4 garbage\r\n"), request).startsWith("HTTP/1.1 400 "));
            assertEquals(0, server.metric(PROXY_METRIC));
            assertEquals("", plain(port, HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111ffff"), request));
            assertEquals(1, server.metric(PROXY_METRIC));
        }
        try (RunningServer server = start("SEAWALL_HTTP_PORT=" + port, "SEAWALL_HOSTS=claw.example.com")) {
            assertTrue(plain(port, ascii("PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n"),
                    "GET /x HTTP/1.1\r\nHost: claw.example.com\r\n\r\n").startsWith("HTTP/1.1 400 "),
                    "from nobody who is trusted, on " + server.port());
        }
    }

    @Test
    void thePlainPortTellsOfTlsOnceAndCountsIt() throws IOException {
        int port = RunningServer.freePort();
        try (RunningServer server = start("SEAWALL_HTTP_PORT=" + port, "SEAWALL_HOSTS=claw.example.com")) {
            for (int i = 0; i < 3; i++) {
                assertTrue(plain(port, HexFormat.of().parseHex("16030102000100"), "").startsWith("HTTP/1.1 400 "));
            }
            assertEquals(3, server.metric("seawall_requests_rejected_total{rule=\"tls_on_plain_port\"}"));
            assertEquals(1, server.log().lines()
                    .filter(line -> line.contains("TLS came from 127.0.0.1 to SEAWALL_HTTP_PORT")).count(),
                    server::log);
        }
    }

    private static String plain(int port, byte[] preface, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(preface);
            socket.getOutputStream().write(ascii(request));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException e) {
            return ""; // closed with bytes unread
        }
    }

    @Test
    void aLateProxyIsNotWaitedFor() throws IOException {
        try (RunningServer server = start("SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=PROXY",
                "SEAWALL_HANDSHAKE_TIMEOUT=1");
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(ascii("PROXY TCP4 "));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void nobodyElseMaySayWhoHeIs() throws IOException {
        try (RunningServer server = start("SEAWALL_TRUSTED_PROXIES=192.0.2.99", "SEAWALL_CLIENT_IP_HEADER=PROXY")) {
            String request = get("/v1/models", "Authorization: " + RunningServer.BEARER);
            assertEquals("", exchange(server, ascii("PROXY TCP4 203.0.113.9 127.0.0.1 4711 443\r\n"),
                    new KeyManager[0], request));
            assertEquals(List.of(), upstream.requests());
            assertTrue(exchange(server, new byte[0], new KeyManager[0], request).startsWith("HTTP/1.1 200 "));
        }
    }

    // --- Client certificates

    @Test
    void aClientCertificateIsAskedForBesidesEveryCredential() throws IOException {
        Identity authority = ClientPki.authority("CN=Origin Pull");
        Path file = Files.writeString(state.resolve("origin-pull.pem"), ClientPki.pem(authority));
        Identity other = ClientPki.authority("CN=Origin Pull");
        KeyManager[] edge = ClientPki.presenting(ClientPki.client("CN=edge", authority));
        String request = get("/v1/models", "Authorization: " + RunningServer.BEARER);
        try (RunningServer server = start("SEAWALL_CLIENT_CA=" + file)) {
            assertTrue(exchange(server, new byte[0], edge, request).startsWith("HTTP/1.1 200 "));
            assertTrue(exchange(server, new byte[0], edge, get("/v1/models")).startsWith("HTTP/1.1 401 "),
                    "it opens no layer");
            assertTrue(exchange(server, new byte[0], edge, get("/")).startsWith("HTTP/1.1 401 "));
            assertEquals(1, upstream.requests().size());

            assertEquals("", exchange(server, new byte[0], new KeyManager[0], request), "none");
            assertEquals("", exchange(server, new byte[0], new KeyManager[0], get("/healthz")),
                    "nor for a health check");
            assertEquals("", exchange(server, new byte[0],
                    ClientPki.presenting(ClientPki.client("CN=edge", other), other), request), "of somebody else");
            assertEquals(1, upstream.requests().size());
            RunningServer.eventually("three refusals", () -> server.metric(
                    "seawall_tls_handshakes_total{outcome=\"failed\",reason=\"client_certificate\"}") == 3);
            assertEquals(200, server.admin("/livez").statusCode());
        }
    }

    // --- Cloudflare Access

    @Test
    void accessIsAskedForBesidesTheLoginAndOnlyThere() throws IOException {
        Issuer team = new Issuer("k1");
        long now = System.currentTimeMillis() / 1000;
        HttpServer keys = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        keys.createContext("/certs", exchange -> {
            byte[] jwks = team.jwks().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, jwks.length);
            try (exchange) {
                exchange.getResponseBody().write(jwks);
            }
        });
        keys.start();
        try (RunningServer server = start("SEAWALL_ACCESS_ISSUER=" + Issuer.NAME,
                "SEAWALL_ACCESS_AUDIENCE=" + Issuer.AUDIENCE,
                "SEAWALL_ACCESS_KEYS=http://127.0.0.1:" + keys.getAddress().getPort() + "/certs")) {
            RunningServer.eventually("the team's keys", () -> server.metric("seawall_access_keys") == 1);
            String assertion = team.token(Issuer.claims(now));
            String header = "Cf-Access-Jwt-Assertion";

            assertEquals(403, server.get("/a", "Authorization", RunningServer.BASIC).statusCode());
            assertEquals(401, server.get("/b", header, assertion).statusCode(), "it opens nothing by itself");
            assertEquals(403, server.get("/c", "Authorization", RunningServer.BASIC, header,
                    new Issuer("k1").token(Issuer.claims(now))).statusCode());
            assertEquals(403, server.get("/d", "Authorization", RunningServer.BASIC, header, assertion, header,
                    assertion).statusCode());
            assertEquals(403, server.get("/.seawall/login", "Authorization", RunningServer.BASIC).statusCode());
            assertEquals(List.of(), upstream.requests());

            var page = server.get("/e", "Authorization", RunningServer.BASIC, header, assertion, "Cookie",
                    "theirs=1; CF_Authorization=" + assertion + "; too=2");
            assertEquals(200, page.statusCode());
            assertFalse(upstream.requests().getLast().has(header), "the assertion is not the gateway's");
            assertEquals("theirs=1; too=2", upstream.requests().getLast().one("Cookie"), "nor as a cookie");
            String session = page.headers().firstValue("Set-Cookie").orElseThrow();
            String cookie = session.substring(0, session.indexOf(';'));
            assertEquals(403, server.get("/f", "Cookie", cookie).statusCode(), "for a session, too");
            assertEquals(200, server.get("/g", "Cookie", cookie, header, assertion).statusCode());
            try (RawClient socket = server.raw()) {
                socket.upgrade("/", "Cookie: " + cookie);
                assertTrue(socket.answer().start().startsWith("HTTP/1.1 403 "));
            }

            assertEquals(200,
                    server.get("/v1/models", "Authorization", RunningServer.BEARER).statusCode(), "never on the API");
            assertEquals(200, server.post("/hooks/wake", "{}", "Authorization", RunningServer.HOOKS_BEARER)
                    .statusCode(), "nor on webhooks");
            assertEquals(200, server.get("/healthz").statusCode());
            assertEquals(401, server.get("/v1/models", header, assertion).statusCode(), "which it does not open");

            assertEquals("access_missing", server.accessLine("/a").path("outcome").asText());
            assertEquals("access_signature", server.accessLine("/c").path("outcome").asText());
            assertEquals("access", server.accessLine("/c").path("rejected").asText());
            assertTrue(server.metric(
                    "seawall_auth_attempts_total{layer=\"basic\",outcome=\"denied\",reason=\"access_signature\"}") == 1);
            assertFalse(server.log().contains("auth_failure"), "no password was wrong");
            assertFalse(server.log().contains(assertion.substring(0, 40)), "nor is an assertion in the log");
        } finally {
            keys.stop(0);
        }
    }

    @Test
    void nobodyGetsInWhileTheTeamsKeysCannotBeHad() {
        String assertion = new Issuer("k1").token(Issuer.claims(System.currentTimeMillis() / 1000));
        try (RunningServer server = start("SEAWALL_ACCESS_ISSUER=" + Issuer.NAME,
                "SEAWALL_ACCESS_AUDIENCE=" + Issuer.AUDIENCE,
                "SEAWALL_ACCESS_KEYS=http://127.0.0.1:" + RunningServer.freePort() + "/certs")) {
            var answer = server.get("/a", "Authorization", RunningServer.BASIC, "Cf-Access-Jwt-Assertion", assertion);
            assertEquals(503, answer.statusCode());
            assertTrue(answer.headers().firstValue("Retry-After").isPresent());
            assertEquals("access_unavailable", server.accessLine("/a").path("rejected").asText());
            assertEquals(200, server.get("/v1/models", "Authorization", RunningServer.BEARER).statusCode());
            assertEquals(1, upstream.requests().size());
            RunningServer.eventually("a line that says why",
                    () -> server.log().contains("until then people get 503"));
        }
    }
}
