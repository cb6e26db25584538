package io.seawall.proxy.tls;

import io.seawall.certs.CertificateSource;
import io.seawall.certs.ClientAuthorities;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.certs.WatchedCa;
import io.seawall.certs.WatchedFiles;
import io.seawall.certs.acme.AcmeChallenges;
import io.seawall.certs.acme.AcmeSource;
import io.seawall.config.Config;
import io.seawall.config.Config.Tls.Files.Pair;
import io.seawall.config.Key;
import io.seawall.host.Addresses;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The certificates to serve, from where the configuration says.
///
/// @param authority the local CA's file, for people to import; empty where the certificate comes from elsewhere
/// @param authorityFingerprint SHA-256 of the local CA's certificate at the start
/// @param renewals counts those that Seawall has issued itself; empty where others do
/// @param challenges what an ACME CA may look for; empty where none is used
/// @param clientAuthorities the authorities that must have issued clients' certificates; empty: no client is asked for
/// one
public record Certificates(CertificateSource source, Optional<Path> authority, Optional<String> authorityFingerprint,
        Optional<Renewals> renewals, AcmeChallenges challenges, List<X509Certificate> clientAuthorities) {

    /// Empty when TLS is off.
    public static Optional<Certificates> load(Config config, Clock clock) throws UnusableCertificateException {
        return load(config, clock, Optional.empty());
    }

    /// The same of another configuration with the same mode, from the same counters. ACME goes on as it is, because the
    /// names to have certified stay what they were.
    public Certificates reload(Config config, Config before, Clock clock) throws UnusableCertificateException {
        boolean same = config.tls() instanceof Config.Tls.Acme
                || config.tls().equals(before.tls()) && names(config).equals(names(before));
        return same
                ? new Certificates(source, authority, authorityFingerprint, renewals, challenges,
                        clientAuthorities(config, clock))
                : load(config, clock, renewals).orElse(this);
    }

    private static List<X509Certificate> clientAuthorities(Config config, Clock clock)
            throws UnusableCertificateException {
        Optional<Path> file = config.clientCa();
        return file.isEmpty() ? List.of() : ClientAuthorities.load(file.get(), clock.instant());
    }

    private static Optional<Certificates> load(Config config, Clock clock, Optional<Renewals> counters)
            throws UnusableCertificateException {
        List<X509Certificate> clients = clientAuthorities(config, clock);
        return switch (config.tls()) {
            case Config.Tls.Off _ -> Optional.empty();
            case Config.Tls.Files(List<Pair> pairs) -> Optional.of(new Certificates(
                    new WatchedFiles(
                            pairs.stream().map(p -> new WatchedFiles.Files(p.certificate(), p.key())).toList(),
                            config.servedHosts(), clock),
                    Optional.empty(), Optional.empty(), Optional.empty(), new AcmeChallenges(), clients));
            case Config.Tls.SelfSigned _ -> {
                Renewals renewals = counters.orElseGet(() -> new Renewals("self-signed"));
                WatchedCa source = new WatchedCa(config.stateDir(), names(config), clock, renewals);
                yield Optional.of(new Certificates(source, Optional.of(source.authority().file()),
                        Optional.of(KeyMaterial.fingerprint(source.authority().certificate())), Optional.of(renewals),
                        new AcmeChallenges(), clients));
            }
            case Config.Tls.Acme(SequencedSet<String> wanted) -> {
                Renewals renewals = counters.orElseGet(() -> new Renewals("acme"));
                AcmeSource source = AcmeSource.open(config.stateDir(), new AcmeSource.Wanted(config.acme(), wanted,
                        names(config), config.listener().httpPort().isPresent()), clock);
                source.reportTo(renewals);
                yield Optional.of(new Certificates(source, source.standIn().map(LocalCa::file),
                        source.standIn().map(ca -> KeyMaterial.fingerprint(ca.certificate())), Optional.of(renewals),
                        source.challenges(), clients));
            }
        };
    }

    /// The first of those to present.
    public KeyMaterial material() {
        return source.current().getFirst();
    }

    /// The names that count as ours with these certificates, or with none.
    public static Set<String> hosts(Config config, Optional<Certificates> certificates) {
        return certificates.map(c -> hosts(config, c.authority(), c.source().current())).orElse(config.servedHosts());
    }

    /// The configured names, and those of certificates that were issued for this host.
    public static Set<String> hosts(Config config, Optional<Path> authority, List<KeyMaterial> materials) {
        Set<String> hosts = new LinkedHashSet<>(config.servedHosts());
        if (authority.isEmpty()) {
            materials.forEach(m -> m.names().forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT))));
        }
        return hosts;
    }

    /// What is odd about them without being wrong: about the chains, and the configured names that no certificate names.
    public List<String> warnings(Config config) {
        return warnings(config, source.current());
    }

    /// The same of what is not served yet.
    public static List<String> warnings(Config config, List<KeyMaterial> materials) {
        List<String> warnings = new ArrayList<>();
        materials.forEach(material -> warnings.addAll(material.remarks()));
        unnamed(config, materials).ifPresent(warnings::add);
        return warnings;
    }

    /// What is wrong with certificates that the TLS library refuses, which gives no reason.
    public static UnusableCertificateException refused(List<KeyMaterial> materials) {
        List<X509Certificate> leaves = materials.stream().map(KeyMaterial::leaf).toList();
        // RFC 8446, 4.4.2.2: where there is a key usage it allows digitalSignature, its first bit
        List<X509Certificate> unusable = leaves.stream()
                .filter(leaf -> leaf.getKeyUsage() != null && !leaf.getKeyUsage()[0]).toList();
        if (!unusable.isEmpty()) {
            return new UnusableCertificateException("SEAWALL_TLS: the key usage of " + subjects(unusable)
                    + " does not allow digitalSignature (expected: a server's certificate, which signs handshakes). "
                    + "Fix: one with keyUsage=digitalSignature, or without keyUsage; openssl x509 -noout -text -in FILE"
                    + " shows it");
        }
        return new UnusableCertificateException("SEAWALL_TLS: " + ServerTls.library() + " refuses the private key of "
                + subjects(leaves) + " (expected: one whose parts belong together). "
                + "Fix: openssl pkey -check -noout -in FILE says what is wrong with the key");
    }

    private static String subjects(List<X509Certificate> leaves) {
        return String.join(", ", leaves.stream().map(leaf -> leaf.getSubjectX500Principal().getName()).toList());
    }

    private static Optional<String> unnamed(Config config, List<KeyMaterial> materials) {
        SequencedSet<String> wanted = config.tls() instanceof Config.Tls.SelfSigned
                ? names(config)
                : config.servedHosts();
        List<String> missing = wanted.stream()
                .filter(host -> materials.stream().noneMatch(material -> material.covers(host))).toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String names = String.join(", ", missing);
        return Optional.of(switch (config.tls()) {
            case Config.Tls.SelfSigned _ -> "the local CA is older than " + names
                    + " and may not certify it, so "
                    + "browsers will warn there; everything else works as before. Fix: ./seawall certs renew --new-ca, "
                    + "and import the new ca.pem on every device";
            default ->
                "the certificate does not name " + names + ", so browsers will warn there. Fix: a certificate that "
                        + "does, or take the name out of " + missing.stream().map(name -> key(config, name).variable())
                                .distinct().collect(Collectors.joining(", "));
        });
    }

    /// The keys that make the name one of ours.
    private static Key key(Config config, String name) {
        if (config.upstream().sandbox().filter(name::equals).isPresent()) {
            return Key.SANDBOX;
        }
        boolean portals = config.upstream().portals().filter(p -> name.equals("*." + p.domain())).isPresent();
        return portals ? Key.PORTALS : Key.HOSTS;
    }

    /// The configured hosts, the address that is listened on, and loopback, which is how people try it first.
    public static SequencedSet<String> names(Config config) {
        SequencedSet<String> names = new LinkedHashSet<>();
        for (String host : config.servedHosts()) {
            names.add(host.replaceAll("[\\[\\]]", ""));
        }
        names.add("localhost");
        names.add("127.0.0.1");
        names.add("::1");
        if (!config.listener().bind().isAnyLocalAddress()) {
            names.add(Addresses.text(config.listener().bind()));
        }
        return names;
    }
}
