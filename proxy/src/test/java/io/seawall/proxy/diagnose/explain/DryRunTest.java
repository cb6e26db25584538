package io.seawall.proxy.diagnose.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.config.Config;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Journey;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.Sessions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// A stage is explained because it is in the pipeline, not because of a second list.
class DryRunTest {
    private static final String REQUEST = "GET /v1/models HTTP/1.1\nHost: claw.example.com\nAuthorization: Bearer "
            + TestConfig.GATEWAY_TOKEN + "\n\n";

    private final Config config = TestConfig.of();
    private final PasswordVerifier passwords = PasswordVerifier.inline(config.basic());
    private final Sessions sessions = new Sessions(new byte[32], config.basic().versions(new byte[32]),
            config.session(), Revocations.inMemory(Clock.systemUTC()), Clock.systemUTC());
    private final DryRun.Gate gate = new DryRun.Gate(config, PublicHosts.of(config, config.servedHosts()),
            new Layers(config, passwords, sessions, CloudflareAccess.off()), sessions);

    private Explanation explain(String request, UnaryOperator<Journey<RequestHead, PermittedRequest>> journey) {
        return DryRun.of(gate, request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1),
                InetAddress.ofLiteral("203.0.113.7"), true, journey).orElseThrow();
    }

    private static List<String> stages(Explanation explanation) {
        return explanation.steps().stream().map(Explanation.Step::stage).toList();
    }

    /// One without a text.
    private static final class MoonPhaseStage extends Stage<PermittedRequest, PermittedRequest> {
        private final Optional<Rejection> rejection;

        MoonPhaseStage(Optional<Rejection> rejection) {
            this.rejection = rejection;
        }

        @Override
        protected void take(ChannelHandlerContext ctx, PermittedRequest request, Next<PermittedRequest> next) {
            if (rejection.isPresent()) {
                ctx.channel().writeAndFlush(rejection.get());
            } else {
                next.take(ctx, request);
            }
        }
    }

    /// One that answers by itself.
    private static final class TeapotStage extends Stage<RequestHead, RequestHead> {
        @Override
        protected void take(ChannelHandlerContext ctx, RequestHead request, Next<RequestHead> next) {
            OwnAnswer.write(ctx, 418, Headers.EMPTY, OwnAnswer.TEXT, "", false);
        }
    }

    @Test
    void tellsANewStageThatPassesARequestByItsName() {
        Explanation explanation = explain(REQUEST,
                journey -> journey.then(new MoonPhaseStage(Optional.empty())));
        assertEquals(Explanation.Outcome.GATEWAY, explanation.verdict().outcome());
        assertEquals(List.of("hygiene", "client", "host", "path", "route", "layer", "origin", "moon phase", "stripped",
                "kept", "set"), stages(explanation));
        assertTrue(explanation.text().contains("  moon phase  passes\n"), explanation.text());
    }

    @Test
    void takesTheVerdictOfANewStageThatRefuses() {
        Explanation explanation = explain(REQUEST, journey -> journey
                .then(new MoonPhaseStage(Optional.of(Rejection.client(403, "new_moon", "It is too dark.")))));
        assertTrue(explanation.isRefused());
        assertEquals("403 new_moon: It is too dark.", explanation.verdict().text());
        assertTrue(explanation.text().endsWith("  moon phase  does not pass"), explanation.text());
        assertEquals("gateway granted", explanation.layer() + " " + explanation.decision());
    }

    @Test
    void takesTheAnswerOfANewStageThatAnswers() {
        Explanation explanation = explain(REQUEST, journey -> new TeapotStage().then(journey));
        assertEquals("418: answered by Seawall itself", explanation.verdict().text());
        assertEquals(Explanation.Outcome.SEAWALL, explanation.verdict().outcome());
        assertEquals(List.of("hygiene", "teapot"), stages(explanation));
    }

    @Test
    void countsNothingFromOneRequestToTheNext() {
        String wrong = REQUEST.replace(TestConfig.GATEWAY_TOKEN, "wrong");
        for (int i = 0; i < 50; i++) {
            Explanation explanation = explain(wrong.replace("wrong", "wrong" + i), UnaryOperator.identity());
            assertEquals("gateway wrong_token", explanation.layer() + " " + explanation.decision());
        }
        assertFalse(explain(REQUEST, UnaryOperator.identity()).isRefused());
    }

    @Test
    void saysNothingOfAHeadThatIsNotWhole() {
        assertEquals(Optional.empty(), DryRun.of(gate, "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.ISO_8859_1),
                InetAddress.ofLiteral("203.0.113.7"), true));
    }
}
