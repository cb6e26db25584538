package io.seawall.proxy.diagnose.doctor;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.Addresses;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Answer;
import io.seawall.proxy.diagnose.doctor.probe.MayBeShown;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Request;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import io.seawall.proxy.diagnose.doctor.probe.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks at the public address, through whatever tunnel or proxy is in front. No credential is presented there before its
/// certificate was verified.
record UrlChecks(Examination examination, Origin url, GatewayFindings gateway) {
    private static final Duration SOON = Duration.ofDays(14);
    private static final int CONNECT_SECONDS = 5;
    private static final int ANSWER_SECONDS = 10;

    private Config config() {
        return examination.config();
    }

    List<Finding> all() {
        Checks checks = examination.checks(url.toString());
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
        checks.run("url.clock",
                id -> examination.clockCheck().of(id, url.toString(), target.ask(Request.get("/healthz"))));
        behindLogin(checks, new Front(config(), examination.credentials(), gateway, target, url.toString(), true),
                address.get());
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
        ClientAddressChecks clients = new ClientAddressChecks(config(), front, cookie, url.host());
        checks.run("url.spoofing", clients::spoofing);
        checks.run("url.client", id -> clients.client(id, address));
        front.logOut(cookie);
    }

    private Target target(InetSocketAddress to, Tls trust) {
        return new Target(to, url.toString().substring("https://".length()), Optional.of(trust), "");
    }

    private String name() {
        return url.host().replaceAll("[\\[\\]]", "");
    }

    /// A resolver may hang; it gets no more time than a connection.
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
        return address.map(a -> Finding.pass("url.resolves", name() + " is " + Addresses.text(a) + "."))
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
                            + config().listener().port());
        }
        Tls known = Tls.ofPublicAuthorities(name());
        Tls ours = Tls.of(Tls.certificates(MayBeShown.ownAuthority(config())), name(), true);
        String whose = "a CA that everybody trusts";
        Optional<Target> target = examination.mayBeShown().address(target(to, known));
        if (target.isEmpty()) {
            target = examination.mayBeShown().address(target(to, ours));
            whose = "Seawall's own CA, which each device has to import once (seawall certs export)";
        }
        verified.target = target.orElse(null);
        if (target.isEmpty()) {
            return untrusted(id, served.getFirst(), to);
        }
        long days = Duration.between(examination.clock().instant(), served.getFirst().getNotAfter().toInstant())
                .toDays();
        String sentence = "The certificate is for " + name() + ", of " + whose + ", and good for " + days + " days.";
        return days >= SOON.toDays()
                ? Finding.pass(id, sentence)
                : Finding.warn(id, sentence,
                        "find out why it was not renewed: seawall certs show, or the proxy in front");
    }

    private Finding untrusted(String id, X509Certificate leaf, InetSocketAddress to) throws NoAnswerException {
        if (leaf.getNotAfter().toInstant().isBefore(examination.clock().instant())) {
            return Finding.fail(id, "The certificate has expired on " + leaf.getNotAfter().toInstant() + ".",
                    "renew it: seawall certs renew, or in the proxy in front");
        }
        List<X509Certificate> authority = Tls.certificates(MayBeShown.ownAuthority(config()));
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
        Optional<Integer> port = url.port() == 443 ? Optional.of(80) : config().listener().httpPort();
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
                        : config().http2().enabled()
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
}
