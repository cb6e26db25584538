package io.seawall.proxy.diagnose.facts;

import io.seawall.certs.LocalCa;
import io.seawall.certs.PemFiles;
import io.seawall.certs.acme.AcmeSource;
import io.seawall.config.Config;
import io.seawall.config.Config.Tls.Files.Pair;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/// The certificates that are there, to look at.
public final class StoredCertificates {
    private StoredCertificates() {}

    /// Nothing is issued, ordered or checked. None where none can be read.
    public static List<X509Certificate> of(Config config) {
        List<Path> files = switch (config.tls()) {
            case Config.Tls.Off _ -> List.of();
            case Config.Tls.Files(List<Pair> pairs) -> pairs.stream().map(Pair::certificate).toList();
            case Config.Tls.SelfSigned _ -> List.of(LocalCa.serverCertificate(config.stateDir()));
            case Config.Tls.Acme _ -> List.of(AcmeSource.certificate(config.stateDir(), config.acme().directory()),
                    LocalCa.serverCertificate(config.stateDir()));
        };
        List<X509Certificate> found = files.stream().flatMap(file -> PemFiles.firstCertificate(file).stream()).toList();
        // until the CA has issued one, the local CA's stands in
        return config.tls() instanceof Config.Tls.Acme ? found.stream().limit(1).toList() : found;
    }
}
