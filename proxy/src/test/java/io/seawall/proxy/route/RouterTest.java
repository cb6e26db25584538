package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.seawall.config.Config;
import io.seawall.config.PublicPath;
import io.seawall.config.Secret;
import io.seawall.config.Token;
import io.seawall.proxy.server.TestConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private static final Config.Hooks ON = new Config.Hooks("/hooks",
            Optional.of(new Token(new Secret("k2v9QzR4mT7xW1bN6cY3hJ"))));
    private static final Config.Hooks OFF = new Config.Hooks("/hooks", Optional.empty());

    private static final Router ROUTER = router(ON);

    private static Router router(Config.Hooks hooks, String... publicPaths) {
        return new Router(hooks, Stream.of(publicPaths).map(PublicPath::parse).toList(), List.of(),
                TestConfig.of().bodies());
    }

    /// `ui`, `api` …, or `refused`, or `nowhere`.
    private static String verdict(Router router, String path, boolean upgrade) {
        return switch (router.route(path, upgrade)) {
            case Router.Verdict.Routed(RouteRule rule) -> rule.route().label();
            case Router.Verdict.Ambiguous _ -> "refused";
            case Router.Verdict.Nowhere _ -> "nowhere";
        };
    }

    private static String verdict(String path) {
        return verdict(ROUTER, path, false);
    }

    @ParameterizedTest
    @CsvSource({"/, ui", "/index.html, ui", "/chat, ui", "/assets/index-DkQm3.js, static", "/api/channels, ui",
        "/healthz, status", "/readyz, status", "/hooks, hooks", "/hooks/, hooks", "/hooks/wake, hooks",
        "/hooks/agent/x, hooks", "/v1, api", "/v1/, api", "/v1/models, api", "/v1/chat/completions, api",
        "/tools/invoke, api", "/sessions/a/history, api", "/sessions/, api", "/sessions/., api", "/.seawall/login, own",
        "/.seawall/logout, own", "/.seawall/client, own", "/.well-known/openclaw/browser-bootstrap, own"})
    void routes(String path, String route) {
        assertEquals(route, verdict(path));
    }

    @ParameterizedTest
    @CsvSource({"/favicon.ico, static", "/favicon.svg, static", "/favicon-32.png, static",
        "/apple-touch-icon.png, static", "/manifest.webmanifest, static", "/sw.js, static",
        "/assets/mermaid.min-BZuf2r7K.js, static", "/assets/frame-BoCsE8xn.js, static", "/assets/a-_b.css, static",
        "/assets/_a.webp, static", "/fonts/dm-sans-latin.woff2, static", "/fonts/dm-sans.css, static",
        "/themes/dark.css, static", "/provider-icons/openai.svg, static", "/cloud-provider-icons/aws.svg, static",
        "/file-icons/large/java.svg, static", "/file-icons/compact/light/javascript.svg, static",
        "/app-art/ios-dark.webp, static", "/community-art/x.webp, static",
        // what the gateway answers with its page, has for itself, or has not
        "/assets/, ui", "/assets, ui", "/assets/index, ui", "/assets/index.html, ui", "/assets/index.js.br, ui",
        "/assets/index.js.gz, ui", "/assets/index.js.map, ui", "/assets/x/y.js, ui", "/assets/.js, ui",
        "/assets/..a.js, ui", "/assets/a.js/, ui", "/assets/a.js;x, ui", "/assets/a~.js, ui", "/x/assets/a.js, ui",
        "/assetsx/a.js, ui", "/index.js, ui", "/asset-manifest.json, ui", "/social-card.png, ui",
        "/fonts/dm-sans-OFL.txt, ui", "/themes/x.js, ui", "/file-icons/README.md, ui", "/file-icons/.x/a.svg, ui",
        "/api/a.js, ui", "/plugins/x/a.js, ui", "/avatar/main.png, ui", "/control-ui-config.json, ui",
        "/__openclaw__/favicon.ico, ui", "/favicon.ico/, ui", "/favicon.ico/x, ui", "/v1/assets/a.js, api"})
    void opensTheFilesThatTheGatewayServesToAnybodyAndNothingElse(String path, String route) {
        assertEquals(route, verdict(path));
    }

    /// A reader that decodes, folds or ignores case would come to a file that needs no login, or from one to another path.
    @ParameterizedTest
    @ValueSource(strings = {"/assets/%61.js", "/assets%2fa.js", "/assets%2Fa.js", "/assets/a%2ejs", "/assets//a.js",
        "//assets/a.js", "/./assets/a.js", "/x/../assets/a.js", "/assets/x/../a.js", "/assets\\a.js", "/%66avicon.ico",
        "/Assets/a.js", "/ASSETS/A.JS", "/assets/a.JS", "/Favicon.ico", "/SW.js", "/assets/../favicon.ico",
        "/sw.js%3Fx", "/sw.js%23", "/assets/..%2fsw.js", "/assets/a.js/../../sw.js", "/file-icons/..%2ffavicon.svg"})
    void refusesAStaticFileThatIsWrittenInAnotherWay(String path) {
        assertEquals("refused", verdict(path));
    }

    @Test
    void doesNotTakeALongPathForAStaticFile() {
        String longest = "/assets/" + "A".repeat(StaticPath.LONGEST - 11) + ".js";
        assertEquals("static", verdict(longest));
        assertEquals("ui", verdict("/assets/A" + longest.substring(8)));
        assertEquals("ui", verdict("/assets/" + "A".repeat(4000) + ".js"));
    }

    /// The gateway would take it for the control WebSocket.
    @Test
    void offersNoWebSocketOnAStaticFile() {
        Router.Verdict verdict = ROUTER.route("/assets/a.js", true);
        assertEquals(false, assertInstanceOf(Router.Verdict.Routed.class, verdict).rule().upgrade());
        assertEquals("static", verdict(ROUTER, "/assets/a.js", true));
    }

    @Test
    void leavesAStaticFileToWhoeverIsConfiguredForItsPath() {
        assertEquals("hooks", verdict(router(new Config.Hooks("/assets", ON.token())), "/assets/a.js", false));
        assertEquals("public", verdict(router(ON, "/assets/*"), "/assets/a.js", false));
    }

    /// Ways around the password that worked, or may work, against other gates in front of this gateway.
    @ParameterizedTest
    @ValueSource(strings = {"//hooks/v1/models", "/hooks/../v1/models", "/hooks/%2e%2e/v1/models",
        "/hooks\\..\\v1\\models", "/hooks/..%5cv1%5cmodels", "/hooks/%252e%252e/v1", "/hooks/%252e%252e/v1/models",
        "/hooksX", "/HOOKS/wake", "/x%20HTTP/1.1%0d%0aHost:%20claw.example.com"})
    void refusesEveryKnownWayAround(String path) {
        assertEquals("refused", verdict(ROUTER, path, false));
        assertEquals("refused", verdict(ROUTER, path, true));
        assertEquals("refused", verdict(router(OFF), path, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/../hooks/wake", "/v1/..", "/v1/../", "/v1/..%2f", "/v1/x/../../", "/x/../v1/models",
        "/x/%2e%2e/v1/models", "/x/.%2E/healthz", "/./healthz", "//healthz", "///v1/x",
        "/x//..//v1/models", "/%2fv1/models", "/%5cv1/models", "/\\v1\\models", "/%2e/v1/models", "/v%31/models",
        "/%76%31/models", "/v1%2fmodels", "/v1%2Fmodels", "/%2568ooks/wake", "/%68ooks/wake", "/hooks%2fwake",
        "/hooks%2f..%2fv1", "/tools%2finvoke", "/tools/invoke%2f..", "/tools/./invoke", "/tools//invoke",
        "/sessions%2fa", "//sessions//.", "/.seawall/./login", "/.seawall/./client", "/.seawall%2flogin",
        "/%2eseawall/login", "/x/..//e/hooks/wake", "/x/..//e/v1/models", "/..%2f/..//e", "/x/%2e%2e//e/j/code",
        "/;/..%2fv1/models", "/..%2fv1//..", "/..%2fv1/%252e%252e"})
    void refusesWhatTwoReadersSeeOnTwoRoutes(String path) {
        assertEquals("refused", verdict(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Hooks", "/hOOks/wake", "/V1/models", "/V1", "/Tools/invoke", "/tools/INVOKE",
        "/Sessions/a", "/SESSIONS/a/history", "/Healthz", "/HEALTHZ", "/readyZ", "/.Seawall/login", "/.seawall/LOGOUT",
        "/.well-known/OpenClaw/browser-bootstrap", "/%56%31/models", "/hoo%E2%84%AAs/wake"})
    void refusesAGuardedPathInAnotherCase(String path) {
        assertEquals("refused", verdict(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%2", "/%zz", "/%2x", "/a%", "/%u002e", "/%%32e"})
    void refusesABrokenEscape(String path) {
        assertEquals("refused", verdict(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%c0%ae%c0%ae/v1", "/%c0%af", "/%e0%80%af", "/%f0%80%80%af", "/%c1%9c", "/%80", "/%bf",
        "/%c3", "/%ff", "/%fe", "/%ed%a0%80", "/%f4%90%80%80", "/%25c0%25ae"})
    void refusesOverlongAndInvalidUtf8(String path) {
        assertEquals("refused", verdict(path));
    }

    static Stream<String> controls() {
        return java.util.stream.IntStream.concat(java.util.stream.IntStream.range(0, 0x20),
                java.util.stream.IntStream.of(0x7f)).mapToObj("%02x"::formatted);
    }

    @ParameterizedTest
    @MethodSource("controls")
    void refusesAControlByteHoweverOftenItIsEncoded(String hex) {
        assertEquals("refused", verdict("/a" + (char) Integer.parseInt(hex, 16) + "b"));
        assertEquals("refused", verdict("/a%" + hex + "b"));
        assertEquals("refused", verdict("/a%25" + hex + "b"));
        assertEquals("refused", verdict("/a%2525" + hex + "b"));
        assertEquals("refused", verdict("/v1/%" + hex));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\u0080", "/ä", "/a\u00ff", "/a#b", "/#", "/hooks#/../v1", "", "v1", "*",
        "http://x/"})
    void refusesWhatIsNoPathOfVisibleAscii(String path) {
        assertEquals("refused", verdict(path));
    }

    @Test
    void refusesWhatIsEncodedAgainAndAgain() {
        assertEquals("ui", verdict("/a%2525252fb"));
        assertEquals("refused", verdict("/a%25252525252525252fb"));
    }

    /// The Control UI's own URLs: encoded separators inside of a segment that leads nowhere else.
    @ParameterizedTest
    @ValueSource(strings = {"/chat/agent%3Amain%2Ftelegram", "/chat%2Fagent", "/session/a%2Fb%2Fc", "/caf%C3%A9",
        "/a%20b", "/%F0%9F%A6%A6", "/100%25", "/a%25zz", "/x/./y", "/x//y", "/a/../b", "/a;b=c", "/@me/~x",
        "/healthz/.."})
    void letsOrdinaryOddPathsOfTheUiPass(String path) {
        assertEquals("ui", verdict(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/openai%2Fgpt", "/sessions/agent%3Amain%2Fx/history", "/v1/%C3%A9"})
    void letsAnEncodedSlashPassInsideOfTheApi(String path) {
        assertEquals("api", verdict(path));
    }

    @ParameterizedTest
    @CsvSource({"/v1x, ui", "/v10/models, ui", "/v, ui", "/healthz/, ui", "/healthzz, ui", "/readyz/x, ui",
        "/sessions, ui", "/sessionsx/, ui", "/session/x, ui", "/tools, ui", "/tools/, ui", "/tools/invoke/, api",
        "/tools/invokex, ui", "/.seawall, ui", "/.seawall/, ui", "/.seawall/login/, ui", "/.seawall/x, ui",
        "/xhooks, ui", "/x/hooks/wake, ui", "/hook, ui", "/hooksX/wake, refused", "/hooks.json, refused",
        "/hooks;x, refused", "/hooks%20, refused"})
    void endsEachRouteAtASegmentBoundary(String path, String verdict) {
        assertEquals(verdict, verdict(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hooks", "/hooks/", "/hooks/wake", "/hooks/a/b"})
    void leavesTheWebhooksPathToNobodyWhileTheyAreOff(String path) {
        assertEquals("nowhere", verdict(router(OFF), path, false));
        assertEquals("nowhere", verdict(router(OFF), path, true));
    }

    @Test
    void movesWebhooksToTheirConfiguredPath() {
        Router router = router(new Config.Hooks("/in/Hooks", ON.token()));
        assertEquals("hooks", verdict(router, "/in/Hooks/wake", false));
        assertEquals("refused", verdict(router, "/in/hooks/wake", false));
        assertEquals("refused", verdict(router, "/IN/HOOKS", false));
        assertEquals("refused", verdict(router, "/in/HooksX", false));
        assertEquals("ui", verdict(router, "/hooks/wake", false));
        assertEquals("ui", verdict(router, "/in/", false));
    }

    @ParameterizedTest
    @CsvSource({"/slack/events, false, public", "/slack/events, true, ui", "/slack/events/, false, ui",
        "/slack/events/x, false, ui", "/slack, false, ui", "/Slack/events, false, refused",
        "/slack/%65vents, false, refused", "/slack/./events, false, refused", "/j, false, ui", "/j/, false, ui",
        "/j//, false, refused",
        "/j/., false, refused", "/j/%20, false, refused", "/j/%3Fx, false, refused", "/j/%23, false, refused",
        "/j/%2F, false, refused",
        "/j/AbC, false, public", "/j/a/b, false, public", "/jx, false, ui", "/J/abc, false, refused",
        "/j/../v1/models, false, refused", "/j/%2e%2e/chat, false, refused", "/j/abc, true, ui",
        "/__openclaw__/worker, true, public", "/__openclaw__/worker, false, ui", "/__openclaw__/worker/x, true, ui",
        "/Webhooks/SMS, false, public", "/webhooks/sms, false, refused", "/v1/models, false, api"})
    void opensPublicPathsForTheirKindOnly(String path, boolean upgrade, String verdict) {
        Router router = router(ON, "/slack/events", "/j/*", "ws:/__openclaw__/worker", "/Webhooks/SMS");
        assertEquals(verdict, verdict(router, path, upgrade));
    }

    /// The gateway dispatches what is behind a capability, whether or not it is one.
    @ParameterizedTest
    @ValueSource(strings = {"/__openclaw__/cap/x/v1/models", "/__openclaw__/cap/x/tools/invoke",
        "/__openclaw__/cap/x/hooks/wake", "/__openclaw__/cap/x/sessions/a/history", "/__openclaw__/cap/x/healthz",
        "/__openclaw__/cap/x/readyz", "/__openclaw__/cap/x/.seawall/login", "/__openclaw__/cap/x/",
        "/__openclaw__/cap/x", "/__openclaw__/cap/", "/__openclaw__/cap//", "/__openclaw__/cap/x/chat",
        "/__openclaw__/cap/x/j/code", "/__openclaw__/cap/x/slack/events", "/__openclaw__/cap/x/api/channels",
        "/__openclaw__/cap/x/__openclaw__/worker", "/__openclaw__/cap/x/__openclaw__/cap/y/v1/models",
        "/__openclaw__/cap/x/__openclaw__/cap/y/__openclaw__/canvas/documents/a/b", "/__openclaw__/cap/x//e/hooks/wake",
        "/__openclaw__/cap/x//v1/models", "/__openclaw__/cap/x/%2Fe/hooks/wake", "/__openclaw__/cap/%20/v1/models",
        "/__openclaw__/cap/x%2Fy/v1/models", "/__openclaw__/cap/x%2F/__openclaw__/canvas/a",
        "/__openclaw__/cap/x/__openclaw__/canvas/../../v1/models", "/__openclaw__/cap/x/__openclaw__/a2ui/%2e%2e/x",
        "/__openclaw__/cap/x/__openclaw__/canvas/..%2f..%2fv1/models", "/__openclaw__/cap/x/__openclaw__/canvas//a",
        "/__openclaw__/cap/x\\__openclaw__\\canvas\\a", "/__openclaw__/cap/x/__OPENCLAW__/canvas/a",
        "/__OpenClaw__/cap/x/__openclaw__/canvas/a", "/__openclaw__/CAP/x/v1/models", "/%5F_openclaw__/cap/x/v1/models",
        "/__openclaw__%2Fcap/x/v1/models", "/__openclaw__/./cap/x/v1/models",
        "/x/../__openclaw__/cap/x/__openclaw__/canvas/a", "//e/__openclaw__/cap/x/v1/models",
        "/__openclaw__//cap/x/v1/models", "/__openclaw__/cap/../__openclaw__/canvas/a"})
    void refusesEverythingElseBehindACapability(String path) {
        for (String listed : List.of("/unlisted", "/__openclaw__/cap/*", "/__openclaw__/*", "ws:/__openclaw__/cap/*")) {
            Router router = router(ON, listed, "/slack/events", "/j/*", "/plugins/listed");
            assertEquals("refused", verdict(router, "/__openclaw__/cap/x/plugins/listed", false), listed);
            assertEquals("refused", verdict(router, path, false), listed);
            assertEquals("refused", verdict(router, path, true), listed);
        }
    }

    @ParameterizedTest
    @CsvSource({"/__openclaw__/cap/QmFzZTY0dXJs-_0/__openclaw__/canvas/documents/cv_1/index.html, public",
        "/__openclaw__/cap/x/__openclaw__/a2ui/a2ui.bundle.js, public",
        "/__openclaw__/cap/x/__openclaw__/canvas/documents/cv_1/a%20b%2Fc.html, public",
        "/__openclaw__/cap/x/plugins/geolocation, capability"})
    void opensOfACapabilityWhatTheGatewayAsksItFor(String path, String listed) {
        assertEquals("capability", verdict(ROUTER, path, false));
        assertEquals("capability", verdict(router(ON, "/__openclaw__/canvas/*"), path, false));
        assertEquals("capability", verdict(router(ON, "ws:/__openclaw__/cap/*"), path, false));
        for (String glob : List.of("/__openclaw__/cap/*", "/__openclaw__/*")) {
            assertEquals(listed, verdict(router(ON, glob), path, false));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/__openclaw__/cap/*", "ws:/__openclaw__/cap/*", "ws:/__openclaw__/*", "/x"})
    void offersNoWebSocketBehindACapability(String listed) {
        for (String rest : List.of("/__openclaw__/canvas/documents/a/b", "/__openclaw__/a2ui/ws", "/plugins/x")) {
            Router.Verdict verdict = router(ON, listed).route("/__openclaw__/cap/x" + rest, true);
            assertEquals(false, assertInstanceOf(Router.Verdict.Routed.class, verdict).rule().upgrade());
        }
    }

    /// To the gateway the end of a path that is `/j`, or holds `/j/`, is a join code's path, before all other routes.
    @ParameterizedTest
    @CsvSource({"/j/code, ui", "/chat/j/code, ui", "/v1/j/code, refused", "/v1/models/j, refused",
        "/sessions/j/history, refused", "/hooks/j/code, refused", "/hooks/j, refused", "/share/j/code, refused",
        "/share/j, refused", "/share/x/%2e%2e/j/code, refused", "/v1/x/../j/code, refused",
        "/node-s3cret/j/code, public", "/node-s3cret/x/j/code, ui", "/node-s3cret/j/x/j/code, refused",
        "/v1/models/J/code, api", "/sessions/a%2Fj%2Fb/history, api", "/hooks/jj/x, hooks", "/exact/j, public",
        "/__openclaw__/cap/x/__openclaw__/canvas/j/code, refused", "/__openclaw__/cap/x/plugins/a/j, refused"})
    void takesTheEndOfAPathForAJoinCodeAsTheGatewayDoes(String path, String verdict) {
        assertEquals(verdict,
                verdict(router(ON, "/share/*", "/node-s3cret/j/*", "/exact/j", "/__openclaw__/cap/*"), path, false));
    }

    @ParameterizedTest
    @CsvSource({"/j/code, public", "/chat/j/code, refused", "/share/j/code, public", "/v1/j/code, refused",
        "/chat\\j\\code, refused",
        "/hooks/j/code, refused"})
    void takesItSoWhereJoinCodesArePublicToo(String path, String verdict) {
        assertEquals(verdict, verdict(router(ON, "/share/*", "/j/*"), path, false));
    }

    /// A plugin's routes decode what is left when dot segments are gone, and read the result as a URL.
    @ParameterizedTest
    @ValueSource(strings = {"/share/a%2Fb/../..%2fother", "/share/..%2fother%3f%2f..%2fshare/x",
        "/share/..%2fother%23%2f..%2fshare/x", "/share/%3f", "/share/%20", "/share/%2520", "/share/x/..//..//y"})
    void refusesWhatAPluginsRouteReadsOtherwise(String path) {
        assertEquals("refused", verdict(router(ON, "/share/*"), path, false));
    }

    @ParameterizedTest
    @CsvSource({"/hooks/x, false", "/hooks/wake, false", "/healthz, false", "/readyz, false", "/v1/models, false",
        "/tools/invoke, false", "/sessions/a, false", "/.seawall/login, false", "/, true", "/desktop/observe, true"})
    void offersAWebSocketOnTheUiOnly(String path, boolean offered) {
        Router.Verdict verdict = ROUTER.route(path, true);
        assertEquals(offered, assertInstanceOf(Router.Verdict.Routed.class, verdict).rule().upgrade());
    }

    @ParameterizedTest
    @CsvSource({"/healthz, GET HEAD, 0", "/hooks/wake, POST, 262144", "/v1/models, GET HEAD POST, 20971520",
        "/tools/invoke, GET HEAD POST, 2097152", "/.seawall/login, GET HEAD POST, 0", "/j/x, GET HEAD POST, 1048576",
        "/, DELETE GET HEAD OPTIONS PATCH POST PUT, 26214400"})
    void holdsEachRouteToItsMethodsAndLimit(String path, String methods, long limit) {
        RouteRule rule = assertInstanceOf(Router.Verdict.Routed.class, router(ON, "/j/*").route(path, false)).rule();
        assertEquals(Set.of(methods.split(" ")), rule.methods());
        assertEquals(limit, rule.bodyLimit());
    }

    @Test
    void listsItsTableWithWebhooksOnlyWhileTheyAreOn() {
        List<String> on = router(ON, "/j/*", "ws:/w").table().stream().map(RouteRule::pattern).toList();
        assertEquals(List.of("/healthz /health /readyz /ready /startupz /startup", "/hooks/…", "/v1/… /sessions/…",
                "/tools/invoke", "/j/*", "ws:/w",
                "/.seawall/login /.seawall/logout /.seawall/client /.well-known/openclaw/browser-bootstrap",
                "/__openclaw__/cap/…", "/assets/… /favicon.ico, icons, fonts, manifest", "everything else"), on);
        assertNotEquals(on.size(), router(OFF, "/j/*", "ws:/w").table().size());
    }

    /// A plugin's routes take the gateway token; the password opens none of them.
    @ParameterizedTest
    @CsvSource({"/api/v1/admin/rpc, api", "/api/v1/admin/rpc/, api", "/api/v1/admin/rpc/x, api", "/api/v1/admin, ui",
        "/api/v1/admin/rpcx, ui", "/API/v1/admin/rpc, ambiguous", "/api/v1/admin/%72pc, ambiguous",
        "/api/v1/admin/x/../rpc, ambiguous", "/plugin/a, api", "/plugin, ui",
        "/__openclaw__/cap/x/api/v1/admin/rpc, ambiguous", "/Board/rpc, api", "/board/rpc, ambiguous",
        "/BOARD/rpc, ambiguous"})
    void putsListedPathsBehindTheGatewayToken(String path, String route) {
        Router router = new Router(new Config.Hooks("/hooks", Optional.empty()), List.of(),
                List.of(PublicPath.parse("/api/v1/admin/rpc"), PublicPath.parse("/plugin/*"),
                        PublicPath.parse("/Board/rpc")),
                TestConfig.of().bodies());
        assertEquals(route, switch (router.route(path, false)) {
            case Router.Verdict.Routed(RouteRule rule) -> rule.route().label();
            case Router.Verdict.Ambiguous _ -> "ambiguous";
            case Router.Verdict.Nowhere _ -> "nowhere";
        });
    }
}
