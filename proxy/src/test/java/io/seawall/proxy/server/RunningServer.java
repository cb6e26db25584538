package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Operation;
import io.seawall.config.load.ConfigLoader;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.exposure.SocketTable;
import io.seawall.proxy.observe.Journal;
import io.seawall.proxy.observe.JournalLoggerFinder;
import io.seawall.proxy.observe.NettyLoggerFactory;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.SessionKey;
import io.seawall.proxy.session.SessionState;
import io.seawall.proxy.tls.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A whole Seawall with TLS on 127.0.0.1, configured as an operator would, and its clients, which trust its local CA.
public final class RunningServer implements AutoCloseable {
    static final String PASSWORD = "seven calm otters";
    static final String GATEWAY_TOKEN = "8d1f4b7e02c95a63f0e8b21d7c6a9435";
    static final String HOOKS_TOKEN = "k2v9QzR4mT7xW1bN6cY3hJ";
    static final String BASIC = basic("admin", PASSWORD);
    static final String BEARER = "Bearer " + GATEWAY_TOKEN;
    static final String HOOKS_BEARER = "Bearer " + HOOKS_TOKEN;

    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        InternalLoggerFactory.setDefaultFactory(new NettyLoggerFactory());
    }

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Journal journal;
    private final Server server;
    private final Map<String, String> environment;
    private final Reloads reloads = new Reloads();
    private final Exposure exposure;
    private final SSLContext trust;
    private final HttpClient http;
    private boolean closed;

    private RunningServer(Path state, Map<String, String> environment) throws BindFailedException {
        this.environment = environment;
        try {
            Config config = config(environment);
            Optional<Certificates> certificates = Certificates.load(config, Clock.systemUTC());
            trust = trust(state.resolve("ca.pem"));
            http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(trust)
                    .connectTimeout(Duration.ofSeconds(10)).build();
            exposure = new Exposure(new SocketTable(Path.of("/proc")), config.upstream(),
                    task -> Thread.ofVirtual().start(task));
            journal = new Journal(new PrintStream(output, true, StandardCharsets.UTF_8), Operation.LogFormat.JSON);
            JournalLoggerFinder.use(journal);
            server = start(
                    new Server.Setup(config, certificates,
                            SessionState.of(SessionKey.load(state), Revocations.load(state, Clock.systemUTC())),
                            exposure, new Server.Reporting(journal, reloads,
                                    new AuditWatch(() -> Report.ofChecklist(List.of())), "test")));
        } catch (UnusableCertificateException | IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Server start(Server.Setup setup) throws BindFailedException, UnusableCertificateException {
        try {
            return Server.start(setup);
        } catch (BindFailedException e) {
            http.shutdownNow();
            JournalLoggerFinder.use(null);
            journal.close();
            throw e;
        }
    }

    /// Starts on exactly the ports that the lines say.
    static RunningServer startThere(Path state, int upstreamPort, String... lines) throws BindFailedException {
        return new RunningServer(state, environment(state, upstreamPort, lines));
    }

    /// @param state holds the local CA, which may be that of an earlier gateway
    /// @param lines further `NAME=value` of the environment; they win
    static RunningServer start(Path state, int upstreamPort, String... lines) {
        for (int attempt = 1;; attempt++) {
            try {
                return new RunningServer(state, environment(state, upstreamPort, lines));
            } catch (BindFailedException e) {
                // another process took the free port in between
                if (attempt == 5) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    static Map<String, String> environment(Path state, int upstreamPort, String... lines) {
        Map<String, String> environment = new LinkedHashMap<>();
        int port = freePort(upstreamPort);
        environment.put("PORT", Integer.toString(port));
        environment.put("SEAWALL_BIND", "127.0.0.1");
        environment.put("SEAWALL_ADMIN", "127.0.0.1:" + freePort(upstreamPort, port));
        environment.put("SEAWALL_UPSTREAM", "127.0.0.1:" + upstreamPort);
        environment.put("SEAWALL_STATE_DIR", state.toString());
        environment.put("SEAWALL_ALLOW_ROOT", "true");
        environment.put("SEAWALL_DRAIN_TIMEOUT", "0");
        environment.put("AUTH_PASSWORD", PASSWORD);
        environment.put("OPENCLAW_GATEWAY_TOKEN", GATEWAY_TOKEN);
        environment.put("HOOKS_ENABLED", "true");
        environment.put("HOOKS_TOKEN", HOOKS_TOKEN);
        for (String line : lines) {
            int equals = line.indexOf('=');
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return environment;
    }

    static Config config(Path state, int upstreamPort, String... lines) {
        return config(environment(state, upstreamPort, lines));
    }

    private static Config config(Map<String, String> environment) {
        try {
            return ConfigLoader.load(environment).config();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    /// @param others what it may not be: a port that was free a moment ago may be given out again
    static int freePort(int... others) {
        int port = anyFreePort();
        for (int other : others) {
            if (port == other) {
                return freePort(others);
            }
        }
        return port;
    }

    private static int anyFreePort() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /// Waits until something becomes true.
    public static void eventually(String what, BooleanSupplier truth) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!truth.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("not within 30 s: " + what);
            }
            pause();
        }
    }

    static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Puts the configuration in force that these lines make of the one at the start.
    void reload(String... lines) {
        Map<String, String> next = new LinkedHashMap<>(environment);
        for (String line : lines) {
            int equals = line.indexOf('=');
            next.put(line.substring(0, equals), line.substring(equals + 1));
        }
        try {
            server.reload(config(next));
        } catch (UnusableCertificateException e) {
            throw new AssertionError(e);
        }
    }

    /// The configuration that it started with, and what becomes of it with these lines.
    Config configuration(String... lines) {
        Map<String, String> other = new LinkedHashMap<>(environment);
        for (String line : lines) {
            int equals = line.indexOf('=');
            other.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return config(other);
    }

    Server server() {
        return server;
    }

    Exposure exposure() {
        return exposure;
    }

    SSLContext trust() {
        return trust;
    }

    /// The certificate that a new connection gets.
    X509Certificate served() {
        // a ticket of before would still be good, and then no certificate is sent
        SSLSessionContext sessions = trust.getClientSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        }
        try (SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", port())) {
            socket.setSoTimeout(10_000);
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    HttpClient http() {
        return http;
    }

    int port() {
        return server.port();
    }

    /// Where clients connect to.
    InetSocketAddress end() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port());
    }

    String host() {
        return "127.0.0.1:" + port();
    }

    /// @param fields names and values in turn
    HttpRequest.Builder request(String path, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://" + host() + path))
                .timeout(Duration.ofSeconds(20));
        return fields.length == 0 ? request : request.headers(fields);
    }

    HttpResponse<String> get(String path, String... fields) {
        return send(request(path, fields).build());
    }

    HttpResponse<String> post(String path, String body, String... fields) {
        return send(request(path, fields).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    RawClient raw() {
        return new RawClient(this, 0);
    }

    /// The session cookie, `name=value`, of a login with the password.
    String logIn() {
        String cookie = get("/.seawall/login", "Authorization", BASIC).headers().firstValue("Set-Cookie")
                .orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    /// What an admin page says.
    HttpResponse<String> admin(String path, String... fields) {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + server.adminPort().orElseThrow() + path))
                .timeout(Duration.ofSeconds(10));
        return send((fields.length == 0 ? request : request.headers(fields)).build());
    }

    /// The value of a series, written as the scrape writes it; 0 where it is not there yet.
    double metric(String series) {
        return admin("/metrics").body().lines().filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1))).findFirst().orElse(0);
    }

    String log() {
        return output.toString(StandardCharsets.UTF_8);
    }

    /// The access lines so far.
    List<JsonNode> accessLines() {
        List<JsonNode> lines = new ArrayList<>();
        // a last line without its end is still being written
        String log = log();
        log.substring(0, log.lastIndexOf('\n') + 1).lines().forEach(line -> {
            try {
                JsonNode node = JSON.readTree(line);
                if (node.path("message").asText().equals("request")) {
                    lines.add(node);
                }
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + line, e);
            }
        });
        return lines;
    }

    /// The one access line of a path; waits for it.
    JsonNode accessLine(String path) {
        eventually("an access line for " + path,
                () -> accessLines().stream().anyMatch(line -> line.path("path").asText().equals(path)));
        List<JsonNode> lines = accessLines().stream().filter(line -> line.path("path").asText().equals(path)).toList();
        if (lines.size() != 1) {
            fail("access lines for " + path + ": " + lines + " (expected: one)");
        }
        return lines.getFirst();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        http.shutdownNow();
        server.close();
        JournalLoggerFinder.use(null);
        Thread.ofVirtual().start(journal::close); // it waits for lines; it is not waited for
    }

    private static SSLContext trust(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
