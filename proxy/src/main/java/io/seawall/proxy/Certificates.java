package io.seawall.proxy;

import io.seawall.certs.CertificateSource;
import io.seawall.certs.CertificateTrouble;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.PemFiles;
import io.seawall.config.Config;
import io.seawall.config.Config.Tls.Files.Pair;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// The certificates to serve, from where the configuration says.
///
/// @param authority the local CA's file, for people to import; empty where the certificate is somebody else's
/// @param authorityFingerprint SHA-256 of the local CA's certificate
public record Certificates(CertificateSource source, Optional<Path> authority, Optional<String> authorityFingerprint) {

    /// Empty when TLS is off.
    public static Optional<Certificates> load(Config config, Clock clock) throws CertificateTrouble {
        return switch (config.tls()) {
            case Config.Tls.Off _ -> Optional.empty();
            case Config.Tls.Files(List<Pair> pairs) -> Optional.of(new Certificates(
                    fixed(PemFiles.loadAll(pairs.stream().map(Pair::certificate).toList(),
                            pairs.stream().map(Pair::key).toList(), clock.instant())),
                    Optional.empty(), Optional.empty()));
            case Config.Tls.SelfSigned _ -> {
                LocalCa authority = LocalCa.open(config.stateDir(), clock);
                yield Optional.of(new Certificates(fixed(List.of(authority.serverCertificate(names(config)))),
                        Optional.of(authority.file()), Optional.of(KeyMaterial.fingerprint(authority.certificate()))));
            }
        };
    }

    private static CertificateSource fixed(List<KeyMaterial> materials) {
        return new CertificateSource() {
            @Override
            public List<KeyMaterial> current() {
                return materials;
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

    /// When the first of them expires.
    public Instant notAfter() {
        return source.current().stream().map(KeyMaterial::notAfter).min(Comparator.naturalOrder()).orElseThrow();
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
