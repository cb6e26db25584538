package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.seawall.config.Config;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.credential.Tarpit;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.credential.Throttling;
import io.seawall.proxy.http.Journey;
import io.seawall.proxy.http.JourneyHandler;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.server.MemoryChannel;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A configuration that comes into force while the hash of a password is being computed.
class LayerStageTest {
    private static final String CLIENT = "203.0.113.7";
    private static final byte[] KEY = new byte[32];

    private final List<PasswordVerifier> passwords = new ArrayList<>();
    private final List<AuthEvent> unheard = new ArrayList<>();

    @AfterEach
    void close() {
        passwords.forEach(PasswordVerifier::close);
    }

    private static String hash(String password) {
        return OpenBSDBCrypt.generate("2b", password.toCharArray(), new byte[16], 12);
    }

    private static Config hashed(String password, String... lines) {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("AUTH_PASSWORD=");
        all.add("AUTH_PASSWORD_HASH=" + hash(password));
        return TestConfig.of(all.toArray(String[]::new));
    }

    private Layers layers(Config config) {
        PasswordVerifier verifier = new PasswordVerifier(config.basic());
        passwords.add(verifier);
        Clock clock = Clock.systemUTC();
        return new Layers(config, verifier, new Sessions(KEY, config.basic().versions(KEY), config.session(),
                Revocations.inMemory(clock), clock), CloudflareAccess.off());
    }

    /// What becomes of a login that was begun under one configuration and is decided under another.
    private String outcome(Config begun, Config inForce) {
        return outcome(begun, inForce, end -> end);
    }

    private String outcome(Config begun, Config inForce, Journey<GrantedRequest, GrantedRequest> after) {
        Layers now = layers(inForce);
        LayerStage stage = new LayerStage(layers(begun), () -> now,
                new Throttling(new Throttle(begun.lockout(), System::nanoTime), new Tarpit()),
                new Connections(begun.limits(), begun.clients(), new DirectMemory(() -> 0, 1),
                        Descriptors.UNLIMITED),
                new PluginTabs(System::nanoTime), unheard::add);
        Journey<RequestHead, AdmittedRequest> admits = end -> (ctx, head) -> end.take(ctx,
                new AdmittedRequest(Permits.routed(Route.UI, CLIENT, true, head), Admission.FREE));
        MemoryChannel channel = new MemoryChannel(CLIENT, new Http1Handler(new Deadlines(), TestConfig.HTTP),
                new RejectionHandler(), new JourneyHandler(admits.then(stage).then(after)));
        String password = "Basic " + Base64.getEncoder()
                .encodeToString(("admin:" + TestConfig.PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertEquals("", channel.ask("GET / HTTP/1.1\nHost: claw.example.com\nAuthorization: " + password));
        assertEquals(List.of(), channel.passed());
        return assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (true) {
                channel.runPendingTasks();
                channel.checkException();
                for (Object passed : channel.passed()) {
                    if (passed instanceof GrantedRequest) {
                        return "granted";
                    }
                }
                String answer = channel.written();
                if (!answer.isEmpty()) {
                    return answer.lines().findFirst().orElseThrow();
                }
                Thread.sleep(5);
            }
        });
    }

    @Test
    void aPasswordThatWasRotatedAwayOpensNothingAfterAll() {
        assertEquals("HTTP/1.1 401 Unauthorized", outcome(hashed(TestConfig.PASSWORD), hashed("nine other otters")));
    }

    @Test
    void aStageThatFailsAfterTheHashWasComputedKeepsNobodyWaiting() {
        Config config = hashed(TestConfig.PASSWORD);
        assertThrows(IllegalStateException.class, () -> outcome(config, config, end -> (ctx, request) -> {
            throw new IllegalStateException("a stage has a bug");
        }), "what the pipeline hears of, and answers with 500");
    }

    @Test
    void anyOtherChangeKeepsTheLogin() {
        Config config = hashed(TestConfig.PASSWORD);
        assertEquals("granted", outcome(config, config));
        assertEquals("granted", outcome(config, hashed("nine other otters",
                "AUTH_PASSWORD_HASH_PREVIOUS=" + hash(TestConfig.PASSWORD))));
    }
}
