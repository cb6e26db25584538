package io.seawall.proxy.diagnose.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.config.Config;
import io.seawall.host.Printable;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http1.Corpus;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.server.CorpusCase;
import io.seawall.proxy.server.MemoryChannel;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.server.TransferEncodingMutations;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What `explain` says is what the gate does: every case goes through both, and they come to the same status, reason,
/// route, layer and client.
class ExplainAgreesTest {
    private static final Path CORPORA = Path.of("src/test/resources/corpora");
    private static final Pattern CASE = Pattern.compile("'?(/[^,']*)'?,.*");
    private static final String BASIC = "Authorization: Basic "
            + Base64.getEncoder().encodeToString(("admin:" + TestConfig.PASSWORD).getBytes(StandardCharsets.UTF_8));

    private final List<Both> running = new ArrayList<>();
    private final List<String> disagreements = new ArrayList<>();
    private int compared;

    /// One configuration, in force and on paper.
    private final class Both implements AutoCloseable {
        final Config config;
        final MemorySeawall seawall;
        final PasswordVerifier passwords;
        final DryRun.Gate gate;
        private int clients;

        Both(String... lines) {
            this(MemorySeawall::new, lines);
        }

        Both(Function<Config, MemorySeawall> gates, String... lines) {
            config = TestConfig.of(lines);
            seawall = gates.apply(config);
            passwords = PasswordVerifier.inline(config.basic());
            gate = new DryRun.Gate(config, PublicHosts.of(config, config.servedHosts()),
                    new Layers(config, passwords, seawall.sessionsApart, CloudflareAccess.off()),
                    seawall.sessionsApart);
            running.add(this);
        }

        /// Each from a network of its own, because only the gate counts guesses.
        String unknownNetwork() {
            clients++;
            return "100." + (clients >> 16 & 0xff) + "." + (clients >> 8 & 0xff) + "." + (clients & 0xff);
        }

        void compare(String wire) {
            InetAddress peer = InetAddress.ofLiteral(unknownNetwork());
            byte[] bytes = wire.getBytes(StandardCharsets.ISO_8859_1);
            compare(wire, bytes, peer, DryRun.of(gate, bytes, peer, false).orElse(null));
        }

        void compare(ExplainRequest asked) {
            compare(new String(asked.wire(), StandardCharsets.ISO_8859_1), asked.wire(), asked.peer(),
                    DryRun.of(gate, asked));
        }

        /// A client that speaks TLS, which nothing in front of the gate ends.
        void compareTls(ExplainRequest asked) {
            compare("TLS", "\u0016\u0003\u0001\u0002".getBytes(StandardCharsets.ISO_8859_1), asked.peer(),
                    DryRun.of(gate, asked));
        }

        private void compare(String name, byte[] wire, InetAddress peer, @Nullable Explanation explanation) {
            int before = seawall.permitted.size();
            List<Exchange> exchanges = new ArrayList<>();
            MemoryChannel channel = seawall.connect(ClientAddress.text(peer));
            channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof Exchange.Started(Exchange exchange)) {
                        exchanges.add(exchange);
                    }
                    ctx.fireUserEventTriggered(event);
                }
            });
            channel.send(new String(wire, StandardCharsets.ISO_8859_1));
            channel.finishAndReleaseAll();
            Exchange exchange = exchanges.isEmpty() ? null : exchanges.getFirst();
            String did = exchange == null
                    ? "nothing"
                    : exchange.status() + " " + exchange.rejection() + " " + exchange.route() + " " + exchange.layer()
                            + " " + exchange.outcome();
            String said = explanation == null ? "nothing" : said(explanation);
            compared++;
            if (!did.equals(said)) {
                disagreements.add(Printable.line(name) + "\n  the gate:  " + did + "\n  explained: " + said);
            }
            if (explanation != null && explanation.verdict().outcome() == Explanation.Outcome.GATEWAY) {
                // what follows on the connection is the gate's alone
                String client = seawall.permitted.size() > before
                        ? ClientAddress.text(seawall.permitted.get(before).client())
                        : "nobody";
                // RequestRewrite never sends a loopback client
                if (!explanation.verdict().message().endsWith(" from " + client.replace("127.0.0.1", "192.0.2.1"))) {
                    disagreements.add(name + "\n  the gate saw: " + client + "\n  " + explanation.verdict().message());
                }
            }
        }

        @Override
        public void close() {
            seawall.close();
            passwords.close();
        }
    }

    private static String said(Explanation explanation) {
        // the stand-in behind the gate answers 200
        return (explanation.verdict().status() == 0 ? 200 : explanation.verdict().status()) + " "
                + (explanation.verdict().reason().isEmpty() ? "null" : explanation.verdict().reason()) + " "
                + explanation.route() + " "
                + explanation.layer() + " " + explanation.decision();
    }

    @AfterEach
    void theyAgree() {
        running.forEach(Both::close);
        assertEquals("", String.join("\n", disagreements.stream().limit(20).toList()));
        assertTrue(compared > 0);
    }

    @Test
    void onTlsToThePlainPort() {
        Both both = new Both("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1");
        both.compareTls(asked(both, "https://claw.example.com/", "GET", List.of()));
        both.compareTls(asked(both, "wss://claw.example.com/", "GET", List.of()));
    }

    private static String cookie(Both both) {
        return both.seawall.ask("203.0.113.7", "GET /.seawall/login HTTP/1.1\nHost: claw.example.com\n" + BASIC)
                .header("Set-Cookie").replaceFirst(";.*", "");
    }

    @Test
    void onTheAttackCorpora() throws IOException {
        Both both = new Both();
        String cookie = cookie(both);
        List<CorpusCase> cases = new ArrayList<>(TransferEncodingMutations.cases());
        try (Stream<Path> files = Files.list(CORPORA)) {
            files.filter(file -> file.toString().endsWith(".jsonl")).sorted()
                    .forEach(file -> cases.addAll(CorpusCase.read(file)));
        }
        cases.stream().filter(one -> !one.answer()).forEach(one -> {
            both.compare(one.wire());
            both.compare(one.introduced(cookie, "localhost").wire());
        });
        assertTrue(compared > 2_000, compared + " compared");
    }

    @Test
    void onEveryRuleOfHygiene() {
        Both both = new Both("SEAWALL_HOSTS=a");
        Corpus.accepted().forEach(both::compare);
        Corpus.broken().forEach(broken -> both.compare(broken.wire()));
    }

    /// The paths of the router's own tables.
    private static Set<String> paths() throws ClassNotFoundException {
        Set<String> paths = new LinkedHashSet<>();
        for (Method test : Class.forName("io.seawall.proxy.route.RouterTest").getDeclaredMethods()) {
            Optional.ofNullable(test.getAnnotation(ValueSource.class)).stream().flatMap(s -> Stream.of(s.strings()))
                    .filter(path -> path.startsWith("/")).forEach(paths::add);
            Optional.ofNullable(test.getAnnotation(CsvSource.class)).stream().flatMap(s -> Stream.of(s.value()))
                    .map(CASE::matcher).filter(java.util.regex.Matcher::matches).forEach(m -> paths.add(m.group(1)));
        }
        assertTrue(paths.size() > 150, paths.size() + " paths");
        return paths;
    }

    @Test
    void onHostsThatBelongToAnotherPortOfTheGateway() {
        Both both = new Both("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1", "SEAWALL_HOSTS=claw.example.com",
                "SEAWALL_SANDBOX=apps.example.com", "SEAWALL_PORTALS=preview.example.net");
        for (String host : List.of("apps.example.com", "x.preview.example.net", "x.y.preview.example.net",
                "preview.example.net", "claw.example.com")) {
            for (String path : List.of("/", "/healthz", "/a%20b", "/v1/models", "/?token=x", "/.seawall/login")) {
                for (String scheme : List.of("http", "ws")) {
                    both.compare(
                            asked(both, scheme + "://" + host + path, "GET", List.of("Origin: https://x.example")));
                }
                both.compare(asked(both, "http://" + host + path, "DELETE", List.of(BASIC)));
            }
        }
    }

    @Test
    void onThePortOfTheGatewaysSandbox() {
        Both both = new Both(MemorySeawall::ofSandboxPort, "SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1",
                "SEAWALL_SANDBOX_PORT=18791", "SEAWALL_PORTALS=preview.example.net");
        for (String host : List.of("claw.example.com", "x.preview.example.net", "evil.example")) {
            for (String path : List.of("/", "/healthz", "/a%20b", "/v1/models", "/?token=x", "/.seawall/login")) {
                for (String scheme : List.of("http", "ws")) {
                    both.compare(asked(both, scheme + "://" + host + ":18791" + path, "GET",
                            List.of("Origin: https://x.example")));
                }
                both.compare(asked(both, "http://" + host + ":18791" + path, "DELETE", List.of(BASIC)));
            }
        }
        assertEquals("sandbox", DryRun.of(both.gate, asked(both, "http://claw.example.com:18791/v1/models", "GET",
                List.of())).route());
        assertEquals("api", DryRun.of(both.gate, asked(both, "http://claw.example.com:18792/v1/models", "GET",
                List.of())).route());
    }

    private static ExplainRequest asked(Both both, String url, String method, List<String> headers) {
        try {
            return ExplainRequest.of(url, method, headers, InetAddress.ofLiteral(both.unknownNetwork()), both.config);
        } catch (ExplainRequest.MisunderstoodException e) {
            throw new AssertionError(url, e);
        }
    }

    @Test
    void onEveryPathThatTheRouterIsTriedWith() throws ClassNotFoundException {
        for (Both both : List.of(
                new Both("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1",
                        "SEAWALL_PUBLIC_PATHS=/slack/events, /j/*, ws:/__openclaw__/worker, /Webhooks/SMS"),
                new Both("SEAWALL_TLS=off", "SEAWALL_TRUSTED_PROXIES=127.0.0.1", "HOOKS_ENABLED=false",
                        "HOOKS_TOKEN=", "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"))) {
            List<String> cookie = List.of("Cookie: " + cookie(both));
            for (String path : paths()) {
                both.compare(asked(both, path, "GET", List.of()));
                both.compare(asked(both, path, "POST", cookie));
                both.compare(asked(both, "http://claw.example.com" + path, "GET", cookie));
                both.compare(asked(both, "ws://claw.example.com" + path, "GET", cookie));
            }
        }
    }

    @Test
    void onCredentialsOriginsMethodsAndBodies() {
        Both both = new Both("SEAWALL_TLS=off", "SEAWALL_TRUSTED_PROXIES=10.0.0.0/8",
                "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP", "SEAWALL_PUBLIC_PATHS=/j/*, ws:/w");
        List<List<String>> credentials = List.of(List.of(), List.of(BASIC), List.of("Cookie: " + cookie(both)),
                List.of("Cookie: " + cookie(both) + "; a=b", "Authorization: Bearer device"),
                List.of("Cookie: __Host-seawall=1.2.3.4.5"), List.of("Authorization: Basic eDp5"),
                List.of("Authorization: Basic YWRtaW46eA=="), List.of("Authorization: Basic !"),
                List.of("Authorization: Bearer " + TestConfig.GATEWAY_TOKEN), List.of("Authorization: Bearer x"),
                List.of("Authorization: Bearer " + TestConfig.HOOKS_TOKEN),
                List.of("X-OpenClaw-Token: " + TestConfig.HOOKS_TOKEN), List.of("X-Openclaw-Token: x"),
                List.of("X-Openclaw-Token: " + TestConfig.HOOKS_TOKEN, "Authorization: Bearer x"),
                List.of("X-Seawall-" + BASIC), List.of("X-Seawall-" + BASIC, "Authorization: Bearer device"));
        List<List<String>> others = List.of(List.of(), List.of("Origin: https://claw.example.com"),
                List.of("Origin: http://claw.example.com"), List.of("Origin: null"),
                List.of("Origin: https://evil.example"), List.of("Host: evil.example"),
                List.of("Content-Length: 0"), List.of("Content-Length: 300000"), List.of("Content-Length: 99999999"),
                List.of("Accept: text/html"), List.of("CF-Connecting-IP: 127.0.0.1"), List.of("CF-Connecting-IP: x"));
        for (String target : List.of("/", "/?token=x", "/chat?password=x&y", "/v1/models", "/tools/invoke",
                "/hooks/wake", "/hooks/wake?token=x", "/j/x", "/w", "/healthz", "/.seawall/login", "/.seawall/logout",
                "/.well-known/openclaw/browser-bootstrap", "/hooksX")) {
            for (String method : List.of("GET", "POST", "DELETE", "TRACE")) {
                for (List<String> credential : credentials) {
                    boolean telling = credentials.indexOf(credential) < 3 && !method.equals("TRACE");
                    for (List<String> other : telling ? others : List.of(others.getFirst())) {
                        List<String> headers = Stream.concat(credential.stream(), other.stream()).toList();
                        both.compare(asked(both, "https://claw.example.com" + target, method, headers));
                        if (method.equals("GET")) {
                            both.compare(asked(both, "wss://claw.example.com" + target, method, headers));
                        }
                        both.seawall.pass(java.time.Duration.ofMillis(500));
                    }
                }
            }
        }
        assertTrue(compared > 2_000, compared + " compared");
    }
}
