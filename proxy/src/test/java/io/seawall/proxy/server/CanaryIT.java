package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.GATEWAY_TOKEN;
import static io.seawall.proxy.server.RunningServer.HOOKS_BEARER;
import static io.seawall.proxy.server.RunningServer.HOOKS_TOKEN;
import static io.seawall.proxy.server.RunningServer.PASSWORD;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Puts every secret into every place that a request has, and looks for it in everything that comes out.
@Timeout(120)
final class CanaryIT {
    private static final String ADMIN_TOKEN = "p8Lf3sD0gZ5uE7aV2iB9oK";

    @TempDir
    private static Path state;

    /// Where a canary may fly: `CANARY` is replaced. A second line of fields follows a bar.
    private static final List<String> HEADS = List.of("GET /CANARY", "GET /a/CANARY/b", "GET /v1/CANARY",
            "GET /hooks/CANARY", "POST /hooks/CANARY", "GET /j/CANARY", "GET /sessions/CANARY", "GET /CANARYx",
            "GET /x=CANARY", "GET /x;CANARY", "GET /?CANARY", "GET /?CANARY=1", "GET /?a=CANARY", "GET /?a&CANARY&b",
            "GET /?token=CANARY", "GET /?a=1&CANARY=2", "GET /?a=1&b-CANARY=2", "POST /hooks/wake?token=CANARY",
            "POST /hooks/wake?CANARY", "GET /.seawall/login?CANARY=", "GET /.seawall/logout?CANARY", "CANARY /",
            "GET CANARY", "GET /|CANARY: x", "GET /|CANARY", "GET /|X-CANARY: x", "GET /|X: CANARY",
            "GET /|X : CANARY", "GET /|User-Agent: CANARY", "GET /|Referer: https://a/CANARY", "GET /|Origin: CANARY",
            "GET /|Origin: https://CANARY", "POST /|Origin: https://CANARY", "GET /|Accept: CANARY",
            "GET /|Cookie: CANARY", "GET /|Cookie: __Host-seawall=CANARY", "GET /|Cookie: a=CANARY; b=2",
            "GET /|Authorization: CANARY", "GET /|Authorization: Basic CANARY", "GET /|Authorization: Bearer CANARY",
            "GET /v1/models|Authorization: CANARY", "GET /v1/models|Authorization: Basic CANARY",
            "GET /v1/models|Authorization: Bearer xCANARY", "POST /hooks/wake|Authorization: Bearer xCANARY",
            "POST /hooks/wake|x-openclaw-token: xCANARY", "GET /|X-Seawall-Authorization: CANARY",
            "GET /|X-Seawall-Authorization: Basic CANARY", "GET /|Content-Length: CANARY",
            "GET /|Transfer-Encoding: CANARY", "GET /|Connection: CANARY", "GET /|Upgrade: CANARY",
            "GET /|Expect: CANARY", "GET /|X-Request-Id: CANARY", "GET /|traceparent: CANARY",
            "GET /|X-Forwarded-For: CANARY", "GET /|CF-Connecting-IP: CANARY", "GET /|Host: CANARY",
            "GET https://CANARY/", "GET /|Sec-Fetch-Mode: CANARY", "GET /|Content-Type: application/json;CANARY",
            "GET /|Accept: text/html,CANARY", "GET /CANARY|Accept: text/html", "GET /v1/CANARY|Accept: text/html");

    @Test
    void noSecretComesOutOfAnyPlaceThatItIsPutInto() throws IOException {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                RunningServer server = RunningServer.start(state, upstream.port(),
                        "SEAWALL_ADMIN_TOKEN=" + ADMIN_TOKEN)) {
            upstream.answering(request -> request.target().contains("bad")
                    ? "HTTP/1.1 200 OK\r\nX: " + GATEWAY_TOKEN + "\r\nContent-Length: " + PASSWORD + "\r\n\r\n"
                    : ScriptedUpstream.ok("welcome"));
            String cookie = server.logIn();
            Map<String, String> canaries = canaries(cookie);
            StringBuilder answers = new StringBuilder();
            int sent = 0;
            for (String canary : canaries.values()) {
                for (String place : HEADS) {
                    // wrong credentials lock the password out; the session still gets through
                    String credential = sent++ % 2 == 0 ? "Authorization: " + BASIC : "Cookie: " + cookie;
                    answers.append(exchange(server, place.replace("CANARY", canary), credential));
                }
                answers.append(body(server, canary)).append(plaintext(server, canary));
                server.admin("/metrics?token=" + URLEncoder.encode(canary, StandardCharsets.UTF_8), "Authorization",
                        "Bearer x" + canary);
            }
            answers.append(exchange(server, "GET /bad", "Authorization: " + BASIC));
            answers.append(exchange(server, "GET /v1/bad", "Authorization: " + BEARER));
            answers.append(exchange(server, "POST /hooks/bad", "Authorization: " + HOOKS_BEARER));

            int least = sent;
            // one client's refusals beyond its budget are counted in a summary
            eventually("a line for each", () -> server.accessLines().size() + Pattern
                    .compile("\"kind\":\"(?:refusal|open)\",\"count\":(\\d+)").matcher(server.log()).results()
                    .mapToInt(told -> Integer.parseInt(told.group(1))).sum() >= least);
            String metrics = server.admin("/metrics", "Authorization", "Bearer " + ADMIN_TOKEN).body();
            List<String> found = new ArrayList<>();
            canaries.forEach((name, canary) -> {
                for (String text : List.of(server.log(), metrics, answers.toString())) {
                    text.lines().filter(line -> line.contains(canary)).distinct().limit(3)
                            .forEach(line -> found.add(name + ": " + line));
                }
            });
            assertEquals(List.of(), found);
        }
    }

    private static Map<String, String> canaries(String cookie) {
        Map<String, String> canaries = new LinkedHashMap<>();
        canaries.put("the gateway token", GATEWAY_TOKEN);
        canaries.put("the hooks token", HOOKS_TOKEN);
        canaries.put("the admin token", ADMIN_TOKEN);
        canaries.put("the password", PASSWORD);
        canaries.put("the password, encoded", PASSWORD.replace(" ", "%20"));
        canaries.put("the password, encoded as in a form", PASSWORD.replace(" ", "+"));
        canaries.put("the password, encoded twice", PASSWORD.replace(" ", "%2520"));
        canaries.put("the password, encoded throughout", everyByteEncoded(PASSWORD));
        canaries.put("the gateway token, encoded throughout", everyByteEncoded(GATEWAY_TOKEN));
        canaries.put("Basic credentials", BASIC.substring("Basic ".length()));
        canaries.put("Basic credentials, encoded",
                URLEncoder.encode(BASIC.substring("Basic ".length()), StandardCharsets.UTF_8));
        canaries.put("Basic credentials without padding", BASIC.substring("Basic ".length()).replace("=", ""));
        canaries.put("the session", cookie.substring(cookie.indexOf('=') + 1));
        canaries.put("the session's seal", cookie.substring(cookie.lastIndexOf('.') + 1));
        return canaries;
    }

    private static String everyByteEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(String.format("%%%02x", b));
        }
        return encoded.toString();
    }

    /// What is answered, without what repeats to the asker where it asked: the host of a 421 and the path of a redirect.
    private static String exchange(RunningServer server, String place, String credential) throws IOException {
        List<String> parts = new ArrayList<>(List.of(place.split("\\|")));
        String field = parts.size() > 1 ? parts.get(1) : "X-Nothing: 1";
        String name = field.substring(0, Math.max(0, field.indexOf(':')));
        try (RawClient client = server.raw()) {
            String host = name.equals("Host") ? "" : "Host: " + server.host() + "\r\n";
            String own = credential.startsWith(name + ":") ? "" : credential + "\r\n";
            client.send(parts.getFirst() + " HTTP/1.1\r\n" + host + own + field + "\r\nConnection: close\r\n\r\n");
            client.in.answer();
            String answer = client.in.seen().replaceAll("(?m)^Set-Cookie: .*$", "").replaceAll("(?m)^Location: .*$",
                    "");
            return name.equals("Host") ? answer.replaceAll("append .* to SEAWALL_HOSTS .*", "") : answer;
        }
    }

    private static String body(RunningServer server, String canary) throws IOException {
        StringBuilder answers = new StringBuilder();
        for (String framing : List.of("Content-Length: " + canary.length() + "\r\n\r\n" + canary,
                "Transfer-Encoding: chunked\r\n\r\n" + canary + "\r\n",
                "Transfer-Encoding: chunked\r\n\r\n1;" + canary + "\r\nx\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n0\r\n" + canary + "\r\n\r\n",
                "Content-Length: 0\r\n\r\n" + canary + " / HTTP/1.1\r\n\r\n")) {
            try (RawClient client = server.raw()) {
                client.send("POST /v1/x HTTP/1.1\r\nHost: " + server.host() + "\r\nAuthorization: " + BEARER + "\r\n"
                        + framing);
                client.in.answer();
                answers.append(client.in.seen());
            }
        }
        return answers.toString();
    }

    private static String plaintext(RunningServer server, String canary) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("POST /" + canary + " HTTP/1.1\r\nHost: a\r\nAuthorization: " + canary
                    + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
