package io.seawall.proxy.diagnose.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.Cidr;
import io.seawall.proxy.diagnose.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks at the public address, through whatever tunnel or proxy is in front. No credential is presented there before its
/// certificate was verified.
record UrlChecks(Config config, Credentials credentials, MayBeShown mayBeShown, Origin url, GatewayFindings gateway,
        ClockCheck clockCheck, InstantSource clock, long end) {
    private static final Duration SOON = Duration.ofDays(14);
    private static final Cidr UNIQUE_LOCAL = Cidr.parse("fc00::/7");
    private static final int CONNECT_SECONDS = 5;
    private static final int ANSWER_SECONDS = 10;
    /// What clients may claim, each with an address of its own, so that the one that is believed is known.
    private static final Map<String, String> CLAIMS = claims();

    private static Map<String, String> claims() {
        Map<String, String> claims = new LinkedHashMap<>();
        claims.put("203.0.113.71", "X-Forwarded-For");
        claims.put("203.0.113.72", "CF-Connecting-IP");
        claims.put("203.0.113.73", "X-Real-IP");
        claims.put("203.0.113.74", "True-Client-IP");
        return claims;
    }

    List<Finding> all() {
        Checks checks = new Checks(credentials, url.toString(), end);
        String[] rest = {"url.tls", "url.redirect", "url.h2", "url.clock", "url.login", "url.websocket", "url.stream",
            "url.spoofing", "url.client"};
        Optional<InetAddress> address = resolve();
        Finding resolves = checks.add(resolves(address));
        if (address.isEmpty()) {
            checks.skip(resolves, rest);
            return checks.all();
        }
        InetSocketAddress to = new InetSocketAddress(address.get(), url.port());
        Verified verified = new Verified();
        Finding tls = checks.run("url.tls", id -> tls(id, to, verified));
        checks.run("url.redirect", id -> redirect(id, address.get()));
        Target target = verified.target;
        if (target == null) {
            checks.skip(tls, Arrays.copyOfRange(rest, 2, rest.length));
            return checks.all();
        }
        checks.run("url.h2", id -> http2(id, target.tls().orElseThrow()));
        checks.run("url.clock", id -> clockCheck.of(id, url.toString(), target.ask(Request.get("/healthz"))));
        behindLogin(checks, new Front(config, credentials, gateway, target, url.toString(), true), address.get());
        return checks.all();
    }

    private void behindLogin(Checks checks, Front front, InetAddress address) {
        Front.Login[] got = new Front.Login[1];
        Finding login = checks.run("url.login", id -> {
            got[0] = front.logIn(id);
            return got[0].finding();
        });
        String cookie = got[0] == null ? null : got[0].cookie();
        Optional<Finding> noSession = cookie == null ? Optional.of(login) : Optional.empty();
        checks.runUnless(gateway.closed().or(() -> noSession), "url.websocket",
                id -> front.webSocket(id, Objects.requireNonNull(cookie)));
        checks.runUnless(gateway.closedApi(), "url.stream", front::stream);
        if (cookie == null) {
            checks.skip(login, "url.spoofing", "url.client");
            return;
        }
        checks.run("url.spoofing", id -> spoofing(id, front, cookie));
        checks.run("url.client", id -> client(id, front, cookie, address));
        front.logOut(cookie);
    }

    private Target target(InetSocketAddress to, Tls trust) {
        return new Target(to, url.toString().substring("https://".length()), Optional.of(trust), "");
    }

    private String name() {
        return url.host().replaceAll("[\\[\\]]", "");
    }

    /// A resolver may hang; nobody waits for it longer than for a connection.
    private Optional<InetAddress> resolve() {
        FutureTask<InetAddress> question = new FutureTask<>(() -> InetAddress.getByName(name()));
        Thread.ofPlatform().daemon().start(question);
        try {
            return Optional.of(question.get(CONNECT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Finding resolves(Optional<InetAddress> address) {
        return address.map(a -> Finding.pass("url.resolves", name() + " is " + a.getHostAddress() + "."))
                .orElseGet(() -> Finding.fail("url.resolves", "The name " + name() + " has no address.",
                        "a DNS record of type A or AAAA (or CNAME, for a tunnel) for " + name()));
    }

    /// Where the certificate was verified; null as long as it was not.
    private static final class Verified {
        private @Nullable Target target;
    }

    private Finding tls(String id, InetSocketAddress to, Verified verified) throws NoAnswerException {
        List<X509Certificate> served;
        try {
            served = Tls.served(target(to, Tls.looking(name())));
        } catch (NoAnswerException e) {
            return Finding.fail(id, "There is no TLS connection to " + url + ": " + e.words() + ".",
                    "have port " + url.port() + " of " + name() + " lead to Seawall's port "
                            + config.listener().port());
        }
        Tls known = Tls.ofPublicAuthorities(name());
        Tls ours = Tls.of(Tls.certificates(ListenerChecks.ownAuthority(config)), name(), true);
        String whose = "a CA that everybody trusts";
        Optional<Target> target = mayBeShown.address(target(to, known));
        if (target.isEmpty()) {
            target = mayBeShown.address(target(to, ours));
            whose = "Seawall's own CA, which each device has to import once (seawall certs export)";
        }
        verified.target = target.orElse(null);
        if (target.isEmpty()) {
            return untrusted(id, served.getFirst(), to);
        }
        long days = Duration.between(clock.instant(), served.getFirst().getNotAfter().toInstant()).toDays();
        String sentence = "The certificate is for " + name() + ", of " + whose + ", and good for " + days + " days.";
        return days >= SOON.toDays()
                ? Finding.pass(id, sentence)
                : Finding.warn(id, sentence,
                        "find out why it was not renewed: seawall certs show, or the proxy in front");
    }

    private Finding untrusted(String id, X509Certificate leaf, InetSocketAddress to) throws NoAnswerException {
        if (leaf.getNotAfter().toInstant().isBefore(clock.instant())) {
            return Finding.fail(id, "The certificate has expired on " + leaf.getNotAfter().toInstant() + ".",
                    "renew it: seawall certs renew, or in the proxy in front");
        }
        List<X509Certificate> authority = Tls.certificates(ListenerChecks.ownAuthority(config));
        boolean otherName = Tls.agrees(target(to, Tls.ofPublicAuthorities(name()).forAnyName()))
                || Tls.agrees(target(to, Tls.of(authority, name(), false)));
        return otherName
                ? Finding.fail(id, "The certificate is for other names than " + name() + ".",
                        Key.HOSTS.append(name()) + ", then seawall certs renew --new-ca; or another certificate")
                : Finding.fail(id,
                        "No device trusts the certificate: it is neither of a known CA nor of Seawall's own.",
                        "SEAWALL_TLS=acme, or the whole chain in SEAWALL_TLS_CERT");
    }

    private Finding redirect(String id, InetAddress address) throws NoAnswerException {
        Optional<Integer> port = url.port() == 443 ? Optional.of(80) : config.listener().httpPort();
        if (port.isEmpty()) {
            return Finding.skipped(id, "No plain port belongs to " + url + ".");
        }
        String plain = "http://" + url.host() + (port.get() == 80 ? "" : ":" + port.get());
        Answer answer;
        try {
            answer = Target.plain(new InetSocketAddress(address, port.get()), plain.substring(7))
                    .ask(Request.get("/", "Accept: text/html"));
        } catch (NoAnswerException e) {
            return Finding.warn(id,
                    "At " + plain + " " + e.words() + ": a browser that is given the name alone may get nowhere.",
                    "SEAWALL_HTTP_PORT=80, or a redirect in the proxy in front");
        }
        boolean redirects = answer.status() >= 301 && answer.status() <= 308
                && answer.field("Location").filter(to -> to.startsWith("https://" + url.host())).isPresent();
        return redirects
                ? Finding.pass(id, plain + " leads to https.")
                : Finding.fail(id, plain + " does not lead to https, but answers " + answer.status()
                        + ": a password may be sent in clear.",
                        "SEAWALL_HTTP_PORT=80, or a redirect in the proxy in front");
    }

    private Finding http2(String id, Tls trust) throws NoAnswerException {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(trust.context())
                .followRedirects(HttpClient.Redirect.NEVER).proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(Duration.ofSeconds(CONNECT_SECONDS)).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/healthz"))
                    .timeout(Duration.ofSeconds(ANSWER_SECONDS)).build();
            var answer = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
            try {
                boolean isHttp2 = answer.get(CONNECT_SECONDS + ANSWER_SECONDS, TimeUnit.SECONDS)
                        .version() == HttpClient.Version.HTTP_2;
                return isHttp2
                        ? Finding.pass(id, "HTTP/2 is spoken.")
                        : config.http2().enabled()
                                ? Finding.warn(id, "Only HTTP/1.1 is spoken: pages load slower.",
                                        "switch HTTP/2 on in the proxy in front")
                                : Finding.skipped(id, "HTTP/2 is off (SEAWALL_HTTP2).");
            } catch (ExecutionException | TimeoutException e) {
                return Finding.fail(id, "HTTP/2 is offered, and a request by it gets no answer.",
                        "SEAWALL_HTTP2=false, or look at the proxy in front");
            } finally {
                client.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw NoAnswerException.because(new IOException(e));
        }
    }

    private Finding spoofing(String id, Front front, String cookie) throws NoAnswerException {
        Optional<JsonNode> honest = front.seen(cookie);
        String[] claims = CLAIMS.entrySet().stream().map(claim -> claim.getValue() + ": " + claim.getKey())
                .toArray(String[]::new);
        Optional<JsonNode> lying = front.seen(cookie, claims);
        if (honest.isEmpty()) {
            return Finding.unknown(id, "Seawall did not say which client address it sees.", "run doctor again");
        }
        if (lying.isEmpty()) {
            return Finding.pass(id, "A client that claims another address in a header is refused.");
        }
        String believed = CLAIMS.get(lying.get().path("client").asText());
        if (believed == null) {
            return Finding.pass(id, "Claiming another address in a header changes nothing.");
        }
        return trusted(honest.get())
                ? Finding.warn(id, "Seawall takes this machine for a trusted proxy, so it believes what " + believed
                        + " says; whether other clients are believed cannot be seen from here.",
                        "ask from a machine that is not in SEAWALL_TRUSTED_PROXIES; the proxy in front has to replace "
                                + believed)
                : Finding.fail(id, "Anybody can claim any address: Seawall believes the client's own " + believed + ".",
                        "have the proxy in front replace " + believed
                                + ", or name another SEAWALL_CLIENT_IP_HEADER");
    }

    private boolean trusted(JsonNode seen) {
        return address(seen).filter(config.clients()::trusts).isPresent();
    }

    private static Optional<InetAddress> address(JsonNode seen) {
        try {
            return Optional.of(InetAddress.ofLiteral(seen.path("client").asText()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Finding client(String id, Front front, String cookie, InetAddress there) throws NoAnswerException {
        Optional<JsonNode> seen = front.seen(cookie);
        Optional<InetAddress> client = seen.flatMap(UrlChecks::address);
        if (seen.isEmpty() || client.isEmpty()) {
            return Finding.unknown(id, "Seawall did not say which client address it sees.", "run doctor again");
        }
        String host = seen.get().path("host").asText();
        if (!host.equals(front.target().host())) {
            return Finding.fail(id, "The proxy in front changes the name that was asked for into another one, so that "
                    + "origins do not match.", "have the proxy in front pass Host on unchanged");
        }
        if (!seen.get().path("secure").asBoolean()) {
            return Finding.warn(id, "Seawall does not learn from the proxy in front that people come by https.",
                    "have the proxy in front set X-Forwarded-Proto: https (nginx: proxy_set_header X-Forwarded-Proto "
                            + "$scheme;), and, with its address for 127.0.0.1, "
                            + config.clients().trusting("127.0.0.1"));
        }
        boolean isNear = isInside(client.get());
        if (!isNear && !trusted(seen.get())) {
            return Finding.pass(id, "Seawall sees the client's own address.");
        }
        if (isInside(there) && !trusted(seen.get())) {
            return Finding.pass(id, url.host() + " is in this network, and so is the client that Seawall sees.");
        }
        return Finding.fail(id,
                "Seawall sees the proxy in front in place of the client (" + client.get().getHostAddress()
                        + "): the wrong passwords of one client would lock everybody out.",
                Key.TRUSTED_PROXIES.append(client.get().getHostAddress()) + ", and set SEAWALL_CLIENT_IP_HEADER="
                        + config.clients().header().filter(h -> !h.equals("cf-connecting-ip"))
                                .map(_ -> "X-Forwarded-For")
                                .orElse("CF-Connecting-IP (Cloudflare) or X-Forwarded-For"));
    }

    private static boolean isInside(InetAddress address) {
        return address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isLinkLocalAddress()
                || UNIQUE_LOCAL.contains(address);
    }
}
