package io.seawall.proxy;

import io.seawall.certs.CertificateSource;
import io.seawall.certs.CertificateTrouble;
import io.seawall.certs.ClientAuthorities;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.PemFiles;
import io.seawall.config.Config;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// The certificates to serve, from where the configuration says.
///
/// @param authority the local CA's file, for people to import; empty where the certificate is somebody else's
/// @param authorityFingerprint SHA-256 of the local CA's certificate
/// @param clientAuthorities who must have issued clients' certificates; empty: no client is asked for one
public record Certificates(CertificateSource source, Optional<Path> authority, Optional<String> authorityFingerprint,
        List<X509Certificate> clientAuthorities) {

    /// Empty when TLS is off.
    public static Optional<Certificates> load(Config config, Clock clock) throws CertificateTrouble {
        Optional<Path> clientCa = config.clientCa();
        List<X509Certificate> clients = clientCa.isEmpty()
                ? List.of()
                : ClientAuthorities.load(clientCa.get(), clock.instant());
        return switch (config.tls()) {
            case Config.Tls.Off _ -> Optional.empty();
            case Config.Tls.Files(Path certificate, Path key) -> Optional.of(new Certificates(
                    fixed(PemFiles.load(certificate, key, clock.instant())), Optional.empty(), Optional.empty(),
                    clients));
            case Config.Tls.SelfSigned _ -> {
                LocalCa authority = LocalCa.open(config.stateDir(), clock);
                yield Optional.of(new Certificates(fixed(authority.serverCertificate(names(config))),
                        Optional.of(authority.file()), Optional.of(KeyMaterial.fingerprint(authority.certificate())),
                        clients));
            }
        };
    }

    private static CertificateSource fixed(KeyMaterial material) {
        return new CertificateSource() {
            @Override
            public List<KeyMaterial> current() {
                return List.of(material);
            }

            @Override
            public boolean refresh() {
                return false;
            }
        };
    }

    /// The first of those to present.
    public KeyMaterial material() {
        return source.current().getFirst();
    }

    /// The configured hosts, the address that is listened on, and loopback, which is how people try it first.
    static SequencedSet<String> names(Config config) {
        SequencedSet<String> names = new LinkedHashSet<>();
        for (String host : config.hosts()) {
            names.add(host.replaceAll("[\\[\\]]", ""));
        }
        names.add("localhost");
        names.add("127.0.0.1");
        names.add("::1");
        if (!config.listener().bind().isAnyLocalAddress()) {
            names.add(config.listener().bind().getHostAddress());
        }
        return names;
    }
}
