package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two Seawalls on one host name, and a browser, whose cookies are the host's and not the port's.
@Timeout(60)
final class TwoInstancesIT {
    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .answering(request -> ScriptedUpstream.ok(request.target()));
    private final CookieManager jar = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final RunningServer one;
    private final RunningServer two;

    TwoInstancesIT(@TempDir Path folder) throws IOException {
        one = RunningServer.start(Files.createDirectory(folder.resolve("one")), upstream.port());
        two = RunningServer.start(Files.createDirectory(folder.resolve("two")), upstream.port());
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        upstream.close();
    }

    /// As a browser sends them; the JDK would send those of RFC 2965.
    private String cookies(RunningServer server) {
        return jar.getCookieStore().get(server.request("/").build().uri()).stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue()).collect(Collectors.joining("; "));
    }

    private int status(RunningServer server, String method, String path, String... fields) throws IOException {
        HttpRequest.Builder request = server.request(path, fields).method(method,
                HttpRequest.BodyPublishers.noBody());
        String cookies = cookies(server);
        HttpResponse<String> answer = server
                .send((cookies.isEmpty() ? request : request.header("Cookie", cookies)).build());
        jar.put(answer.uri(), answer.headers().map());
        return answer.statusCode();
    }

    @Test
    void bothStayLoggedInUntilTheyAreLoggedOutThemselves() throws IOException {
        assertEquals(303, status(one, "GET", "/.seawall/login", "Authorization", BASIC));
        assertEquals(303, status(two, "GET", "/.seawall/login", "Authorization", BASIC));
        assertEquals(2, cookies(one).split("; ", -1).length, "one jar");
        for (int i = 0; i < 2; i++) {
            assertEquals(200, status(one, "GET", "/one"));
            assertEquals(200, status(two, "GET", "/two"));
        }
        assertEquals(200, status(two, "POST", "/.seawall/logout"));
        assertEquals(401, status(two, "GET", "/two"));
        assertEquals(200, status(one, "GET", "/one"));

        assertEquals(303, status(two, "GET", "/.seawall/login", "Authorization", BASIC));
        assertEquals(200, status(one, "POST", "/.seawall/logout"));
        assertEquals(401, status(one, "GET", "/one"));
        assertEquals(200, status(two, "GET", "/two"));
        assertTrue(upstream.requests().stream().noneMatch(request -> request.has("Cookie")),
                "no session of either gets to a gateway");
    }

    /// The session of before the update opens the one that it was of, by a new name, and the other not.
    @Test
    void aCookieOfTheFormerNameIsReplacedByItsOwnInstance() throws IOException {
        String session = one.logIn();
        String former = "__Host-seawall=" + session.substring(session.indexOf('=') + 1);
        jar.put(one.request("/").build().uri(), Map.of("Set-Cookie", List.of(former + "; Path=/; Secure")));
        assertEquals(former, cookies(one));

        assertEquals(401, status(two, "GET", "/two"));
        assertEquals(former, cookies(two), "it is not the second's, so the second lets it be");
        assertEquals(200, status(one, "GET", "/one"));
        assertTrue(cookies(one).matches(session.substring(0, session.indexOf('=')) + "=[^;]+"), cookies(one));
        assertEquals(200, status(one, "GET", "/one"));
    }
}
