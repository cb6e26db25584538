package io.seawall.config.load;

import io.seawall.config.Config.Tls;
import io.seawall.config.Key;
import io.seawall.host.Addresses;
import io.seawall.host.HostName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// Reads the keys of the certificate's source.
record TlsSettings(Settings settings, Values values, SiteSettings site) {
    // Let's Encrypt's limit
    private static final int MOST_NAMES = 100;

    Optional<Tls> tls() {
        String mode = settings.text(Key.TLS).orElseThrow();
        return switch (mode) {
            case "self-signed" -> Optional.of(new Tls.SelfSigned());
            case "off" -> Optional.of(new Tls.Off());
            case "files" -> {
                List<Path> certificates = values.paths(Key.TLS_CERT);
                List<Path> keys = values.paths(Key.TLS_KEY);
                if (isUnset(Key.TLS_CERT)) {
                    values.problem(Key.TLS_CERT, "not set", "a PEM file, because SEAWALL_TLS=files",
                            "SEAWALL_TLS_CERT=/path/fullchain.pem");
                }
                if (isUnset(Key.TLS_KEY)) {
                    values.problem(Key.TLS_KEY, "not set", "a PEM file, because SEAWALL_TLS=files",
                            "SEAWALL_TLS_KEY=/path/privkey.pem");
                }
                yield files(certificates, keys);
            }
            case "acme" -> acmeNames();
            default -> {
                values.problem(Key.TLS, mode, "self-signed, files, acme or off", "SEAWALL_TLS=self-signed");
                yield Optional.empty();
            }
        };
    }

    private boolean isUnset(Key key) {
        return settings.given(key).filter(text -> !text.replace(",", "").isBlank()).isEmpty();
    }

    /// Each certificate with the key in the same place of the other list. Which kinds of key they are is in the files.
    private Optional<Tls> files(List<Path> certificates, List<Path> keys) {
        if (certificates.isEmpty() || keys.isEmpty()) {
            return Optional.empty(); // said already
        }
        if (certificates.size() > 2) {
            values.problem(Key.TLS_CERT, certificates.size() + " files", "one, or two: ECDSA and RSA",
                    "name the certificates that clients should get");
            return Optional.empty();
        }
        if (certificates.size() != keys.size()) {
            values.problem(Key.TLS_KEY, keys.size() + (keys.size() == 1 ? " file" : " files"),
                    "as many as SEAWALL_TLS_CERT names, " + certificates.size(),
                    "name the key of each certificate, in the same order");
            return Optional.empty();
        }
        List<Tls.Files.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            pairs.add(new Tls.Files.Pair(certificates.get(i), keys.get(i)));
        }
        return Optional.of(new Tls.Files(pairs));
    }

    /// The names to have certified: those that the configuration calls ours, not those of allowed origins, which may
    /// belong to others. A CA certifies no address and no localhost.
    private Optional<Tls> acmeNames() {
        SequencedSet<String> names = new LinkedHashSet<>();
        SequencedSet<String> asked = site.publicNames();
        settings.given(Key.SANDBOX).flatMap(HostName::of).ifPresent(asked::add);
        for (String name : asked) {
            if (!HostName.isAddress(name) && !HostName.isLocal(name)) {
                names.add(name);
            }
        }
        if (names.isEmpty() && site.allHostsAreHosts()) {
            values.problem(Key.HOSTS, "no DNS name", "the names to have certified, because SEAWALL_TLS=acme",
                    "SEAWALL_HOSTS=claw.example.com");
        } else if (names.size() > MOST_NAMES) {
            values.problem(Key.HOSTS, names.size() + " names", "at most " + MOST_NAMES + " in a certificate",
                    "list only the names that people use");
        }
        return Optional.of(new Tls.Acme(names));
    }

    void refuseClientCaWithoutTls(Optional<Tls> tls) {
        if (tls.isPresent() && tls.get() instanceof Tls.Off) {
            settings.given(Key.CLIENT_CA).ifPresent(text -> values.problem(Key.CLIENT_CA, text,
                    "TLS, because with SEAWALL_TLS=off no client is asked for a certificate",
                    "SEAWALL_TLS=self-signed, or unset it"));
        }
    }

    void refusePlaintext(Optional<Tls> tls, Optional<InetAddress> bind, ClientSettings proxies) {
        if (tls.isPresent() && tls.get() instanceof Tls.Off && bind.isPresent() && !bind.get().isLoopbackAddress()
                && proxies.namesNoProxy()) {
            values.problem(Key.TLS, "off on " + Addresses.text(bind.get()),
                    "TLS, because passwords would cross the network in clear",
                    "SEAWALL_TLS=self-signed, or SEAWALL_BIND=127.0.0.1, or name the TLS proxy in front in SEAWALL_TRUSTED_PROXIES");
        }
    }
}
