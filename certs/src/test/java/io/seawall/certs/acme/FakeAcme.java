package io.seawall.certs.acme;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// An ACME server on loopback that says what a test wants it to; knows no cryptography but TLS.
final class FakeAcme implements AutoCloseable {
    /// An answer: status, content type, body, and further headers as `Name: value`.
    record Answer(int status, String type, String body, List<String> headers) {
        static Answer json(int status, String body, String... headers) {
            return new Answer(status, "application/json", body, List.of(headers));
        }

        static Answer problem(int status, String type, String detail, String... headers) {
            return new Answer(status, "application/problem+json",
                    "{\"type\": \"urn:ietf:params:acme:error:" + type + "\", \"detail\": \"" + detail + "\"}",
                    List.of(headers));
        }
    }

    /// Paths that were asked for, each time.
    final List<String> asked = new ArrayList<>();
    final Map<String, Answer> answers = new LinkedHashMap<>();

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final X509Certificate anchor;
    private int nonce;

    FakeAcme(Path folder) throws Exception {
        LocalCa ca = LocalCa.open(folder, new LinkedHashSet<>(List.of("127.0.0.1")), Clock.systemUTC());
        anchor = ca.certificate();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(
                context(ca.serverCertificate(new LinkedHashSet<>(List.of("127.0.0.1"))))));
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange));
        server.start();
        answers.put("/directory", Answer.json(200, """
                {"newNonce": "@/nonce", "newAccount": "@/account", "newOrder": "@/order", "revokeCert": "@/revoke",
                 "keyChange": "@/key", "renewalInfo": "@/ari"}
                """));
        answers.put("/nonce", Answer.json(200, ""));
        answers.put("/account",
                Answer.json(201, "{\"status\": \"valid\"}", "Location: " + base() + "/account/1"));
    }

    String base() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    X509Certificate anchor() {
        return anchor;
    }

    private synchronized void answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        asked.add(path);
        Answer answer = answers.entrySet().stream().filter(a -> path.equals(a.getKey())
                || path.startsWith(a.getKey() + "/")).map(Map.Entry::getValue).findFirst()
                .orElseGet(() -> Answer.problem(404, "malformed", "no such page"));
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", answer.type());
            exchange.getResponseHeaders().add("Replay-Nonce", "nonce" + nonce++);
            for (String header : answer.headers()) {
                int colon = header.indexOf(':');
                exchange.getResponseHeaders().add(header.substring(0, colon), header.substring(colon + 2));
            }
            byte[] body = answer.body().replace("@", base()).getBytes(StandardCharsets.UTF_8);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), head || body.length == 0 ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SSLContext context(KeyMaterial material) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", material.key(), new char[0], material.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
