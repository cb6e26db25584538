import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The JDK's own HttpClient and WebSocket.
public final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode plan;
    private final HttpClient client;

    private Client(JsonNode plan) throws Exception {
        this.plan = plan;
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(Path.of(plan.path("ca").asText()))) {
            trusted.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(tls).connectTimeout(Duration.ofSeconds(15)).build();
    }

    public static void main(String[] arguments) throws Exception {
        new Client(JSON.readTree(Path.of(arguments[0]).toFile())).all();
        System.exit(0); // not before its selector's thread has ended, else
    }

    private void all() throws Exception {
        HttpResponse<String> page = send(request("/").header("Authorization", text("basic")));
        String cookie = page.headers().firstValue("Set-Cookie").orElse("").split(";", 2)[0];
        int again = send(request("/").header("Cookie", cookie).header("Authorization", "Bearer of-a-device")).statusCode();
        tell("page", result(page).put("session", again));
        tell("api", post("/v1/chat/completions", "token", "{\"model\":\"x\"}"));
        stream();
        tell("websocket", webSocket());
        if (plan.path("plain").isTextual()) {
            // it offers h2c
            tell("offer", result(send(HttpRequest.newBuilder(URI.create(text("plain") + "/v1/models"))
                    .timeout(Duration.ofSeconds(15)).header("Authorization", text("token")))));
        }
        tell("hook", post("/hooks/agent", "hooksToken", "{\"message\":\"x\"}"));
        tell("health", JSON.createObjectNode().put("healthz", send(request("/healthz")).statusCode())
                .put("readyz", send(request("/readyz")).statusCode()));
    }

    private void stream() throws IOException, InterruptedException {
        ObjectNode result = JSON.createObjectNode();
        var events = result.putArray("events");
        HttpRequest request = request("/v1/stream/" + text("id")).header("Authorization", text("token")).build();
        var lines = client.send(request, HttpResponse.BodyHandlers.ofLines()).body().iterator();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("data: ")) {
                events.add(line.substring(6));
                if (events.size() < 3) {
                    send(request("/v1/next/" + text("id")).header("Authorization", text("token")));
                }
            }
        }
        tell("stream", result);
    }

    private ObjectNode webSocket() throws Exception {
        ObjectNode result = JSON.createObjectNode();
        try {
            Ears ears = new Ears();
            WebSocket socket = open(ears);
            result.put("status", 101);
            result.set("seen", JSON.readTree((String) ears.next()));
            socket.sendText("otters", true).get(10, TimeUnit.SECONDS);
            result.put("echo", (String) ears.next());
            socket.sendBinary(ByteBuffer.allocate(plan.path("big").asInt()), true).get(10, TimeUnit.SECONDS);
            result.put("bigEcho", (Integer) ears.next());
            socket.sendClose(4001, "").get(10, TimeUnit.SECONDS);
            result.put("ownClose", ears.closed.get(10, TimeUnit.SECONDS));
            Ears second = new Ears();
            socket = open(second);
            second.next();
            socket.sendText("bye 1000", true).get(10, TimeUnit.SECONDS);
            result.put("closed", second.closed.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                result.put("status", refused.getResponse().statusCode());
            }
            result.put("text", String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            result.put("text", "nothing within 10 s");
        }
        return result;
    }

    private WebSocket open(Ears ears) throws InterruptedException, ExecutionException, TimeoutException {
        return client.newWebSocketBuilder().header("Authorization", text("basic")).header("Origin", origin())
                .buildAsync(URI.create("wss://" + text("host") + "/"), ears).get(10, TimeUnit.SECONDS);
    }

    /// Whole messages: a text itself, of a binary one its size.
    private static final class Ears implements WebSocket.Listener {
        private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private int size;

        Object next() throws InterruptedException, TimeoutException {
            Object next = messages.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new TimeoutException();
            }
            return next;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            size += data.remaining();
            if (last) {
                messages.add(size);
                size = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private ObjectNode post(String path, String credential, String body) throws IOException, InterruptedException {
        return result(send(request(path).header("Authorization", text(credential))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin() + path)).timeout(Duration.ofSeconds(15));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static ObjectNode result(HttpResponse<String> response) {
        ObjectNode result = JSON.createObjectNode().put("status", response.statusCode())
                .put("http", response.version() == HttpClient.Version.HTTP_2 ? "2" : "1.1");
        try {
            result.set("seen", JSON.readTree(response.body()));
        } catch (IOException e) {
            result.put("text", response.body().substring(0, Math.min(500, response.body().length())));
        }
        return result;
    }

    private String origin() {
        return "https://" + text("host");
    }

    private String text(String key) {
        return plan.path(key).asText();
    }

    private static void tell(String scenario, ObjectNode result) throws IOException {
        System.out.println(JSON.writeValueAsString(result.put("scenario", scenario)));
    }
}
