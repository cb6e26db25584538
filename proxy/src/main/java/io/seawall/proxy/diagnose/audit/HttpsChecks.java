package io.seawall.proxy.diagnose.audit;

import io.seawall.certs.KeyMaterial;
import io.seawall.certs.PemFiles;
import io.seawall.config.Config;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.diagnose.facts.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How people's passwords travel.
final class HttpsChecks {
    private static final Duration SOON = Duration.ofDays(7);
    private static final Pattern UNVERIFIED = Pattern.compile("(?m)^[^#\\n]*noTLSVerify:\\s*true");

    private HttpsChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("https.tls", Severity.CRITICAL, "Seawall is reached over TLS",
                        "Otherwise anyone on the network path can read the password.", HttpsChecks::tls),
                new Check("https.expiry", Severity.HIGH, "The certificate lasts",
                        "Browsers refuse an expired one, and people learn to click on.", HttpsChecks::expiry),
                new Check("https.names", Severity.MEDIUM, "The certificate names every public host",
                        "Browsers warn where it does not, and people learn to click on.", HttpsChecks::names),
                new Check("https.hsts", Severity.LOW, "Browsers are told to come by https only",
                        "Otherwise the first request of each visit may go in clear.", HttpsChecks::hsts),
                new Check("https.tunnel", Severity.HIGH, "The tunnel verifies Seawall's certificate",
                        "With noTLSVerify whatever gets the port first receives the password, and can answer for the gateway.",
                        HttpsChecks::tunnel));
    }

    private static boolean isOff(Config config) {
        return config.tls() instanceof Config.Tls.Off;
    }

    private static Result tls(Host host) {
        if (host.config().isEmpty()) {
            return Result.noConfiguration();
        }
        Config config = host.config().get();
        Optional<String> remark = remarks(host, config).findFirst();
        if (remark.isPresent()) {
            return Result.warn(remark.get().replaceFirst(" Fix: .*", ""), remark.get().replaceFirst(".* Fix: ", ""));
        }
        if (!isOff(config)) {
            return Result.pass(switch (config.tls()) {
                case Config.Tls.SelfSigned _ -> "a certificate of Seawall's own CA";
                case Config.Tls.Files _ -> "a certificate from files";
                case Config.Tls.Acme _ -> "a certificate by ACME";
                case Config.Tls.Off _ -> "";
            });
        }
        return config.listener().bind().isLoopbackAddress()
                ? Result.pass("plain on loopback, for a proxy on this host")
                : Result.warn("SEAWALL_TLS=off: anyone between the proxy in front and Seawall can read what passes",
                        "SEAWALL_TLS=self-signed, and the CA for the proxy: ./seawall certs export");
    }

    private static Stream<String> remarks(Host host, Config config) {
        return config.tls() instanceof Config.Tls.Files(List<Config.Tls.Files.Pair> pairs)
                ? pairs.stream().flatMap(pair -> PemFiles.remarks(pair.certificate(), host.now()).stream())
                : Stream.empty();
    }

    private static Result expiry(Host host) {
        if (host.config().map(HttpsChecks::isOff).orElse(false)) {
            return Result.pass("there is none here: TLS ends in front of Seawall");
        }
        Optional<Instant> first = host.certificates().stream().map(c -> c.getNotAfter().toInstant())
                .min(Comparator.naturalOrder());
        if (first.isEmpty()) {
            return Result.unknown("no certificate can be read", "./seawall certs show says why");
        }
        long days = Duration.between(host.now(), first.get()).toDays();
        String fix = "./seawall certs renew (self-signed), or a new one into SEAWALL_TLS_CERT";
        if (first.get().isBefore(host.now())) {
            return Result.fail("expired on " + first.get(), fix);
        }
        return days < SOON.toDays()
                ? Result.warn("expires in " + days + " days", fix)
                : Result.pass("for " + days + " days");
    }

    private static Result names(Host host) {
        if (host.config().isEmpty()) {
            return Result.noConfiguration();
        }
        Config config = host.config().get();
        if (isOff(config)) {
            return Result.pass("there is none here: TLS ends in front of Seawall");
        }
        if (host.certificates().isEmpty()) {
            return Result.unknown("no certificate can be read", "./seawall certs show says why");
        }
        List<String> missing = config.servedHosts().stream()
                .filter(name -> host.certificates().stream().noneMatch(c -> KeyMaterial.covers(c, name))).toList();
        if (!missing.isEmpty()) {
            return Result.warn("the certificate does not name " + Texts.some(missing),
                    "./seawall certs show; ./seawall check says what to do");
        }
        return Result
                .pass(config.servedHosts().isEmpty()
                        ? "addresses and localhost only"
                        : String.join(", ", config.servedHosts()));
    }

    private static Result hsts(Host host) {
        return host.config().map(config -> isOff(config)
                ? Result.warn("without TLS Seawall sends no Strict-Transport-Security",
                        "have the proxy in front send it: max-age=31536000")
                : Result.pass("Seawall sends Strict-Transport-Security")).orElseGet(Result::noConfiguration);
    }

    private static Result tunnel(Host host) {
        List<String> places = new ArrayList<>(List.of("/etc/cloudflared/config.yml", "/etc/cloudflared/config.yaml",
                "/usr/local/etc/cloudflared/config.yml"));
        String home = host.variable("HOME");
        if (!home.isEmpty()) {
            places.add(home + "/.cloudflared/config.yml");
            places.add(home + "/.cloudflared/config.yaml");
        }
        boolean seen = false;
        for (String place : places) {
            Optional<String> text = host.read(place);
            seen |= text.isPresent();
            if (text.isPresent() && UNVERIFIED.matcher(text.get()).find()) {
                return Result.fail("noTLSVerify: true in " + place,
                        "caPool: seawall-ca.pem and originServerName: localhost instead, as docker/cloudflare/config.yml has them");
            }
        }
        boolean behind = host.config().flatMap(c -> c.clients().header()).map(String::valueOf).orElse("")
                .toLowerCase(java.util.Locale.ROOT).contains("cf-connecting-ip");
        if (seen) {
            return Result.pass("no noTLSVerify in the tunnel's configuration");
        }
        return behind
                ? Result.unknown("there is a tunnel, but no configuration of it on this host",
                        "look for noTLSVerify where cloudflared runs, and in the dashboard")
                : Result.pass("there is no tunnel on this host");
    }
}
