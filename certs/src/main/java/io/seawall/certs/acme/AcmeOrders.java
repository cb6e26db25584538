package io.seawall.certs.acme;

import io.seawall.certs.CertificateChain;
import io.seawall.certs.CertificateEvents;
import io.seawall.certs.Issuer;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.SourceFile;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config.Acme.Challenge;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Supplier;

/// Orders at the CA, with the account that is kept, and another one where the CA has forgotten that. Touches neither acme4j
/// nor BouncyCastle before it is asked.
///
/// @param directory the CA's
record AcmeOrders(URI directory, AcmeFiles files, Supplier<AcmeAuthority> authority, Clock clock) {
    /// What is wanted.
    ///
    /// @param replaces the certificate that the new one is to follow
    /// @param remarks what is to be said of the new one
    record Wish(SequencedSet<String> names, Challenge challenge, Optional<X509Certificate> replaces,
            List<String> remarks) {}

    /// Whether another account may be made; answering yes counts it.
    interface AccountRule {
        boolean mayReplace() throws UnusableCertificateException;
    }

    /// How to show whose the names are: where both ways are open, every second attempt takes the other one.
    static Challenge challenge(Challenge configured, boolean plainPort, int failures) {
        if (configured != Challenge.AUTO) {
            return configured;
        }
        return !plainPort ? Challenge.TLS_ALPN_01 : failures % 2 == 0 ? Challenge.HTTP_01 : Challenge.AUTO;
    }

    KeyMaterial place(Wish wish, AccountRule rule)
            throws AcmeFailureException, UnusableCertificateException, InterruptedException {
        KeyPair key = Issuer.newKeyPair();
        List<X509Certificate> chain;
        try {
            chain = authority.get().order(order(wish, files.account(), key));
        } catch (AcmeAuthority.AccountGoneException e) {
            if (!rule.mayReplace()) {
                throw new AcmeFailureException(CertificateEvents.Failure.ACCOUNT, String.valueOf(e.getMessage()));
            }
            try {
                chain = authority.get().order(order(wish, files.newAccount(), key));
            } catch (AcmeAuthority.AccountGoneException again) {
                throw new AcmeFailureException(CertificateEvents.Failure.ACCOUNT, String.valueOf(again.getMessage()));
            }
        }
        return checked(wish, key, chain);
    }

    /// Whether the certificate is for all of these names.
    static boolean covers(KeyMaterial material, Set<String> names) {
        return new HashSet<>(material.names()).containsAll(names);
    }

    private static AcmeAuthority.Order order(Wish wish, KeyPair account, KeyPair key) {
        return new AcmeAuthority.Order(wish.names(), wish.challenge(), account, key, wish.replaces());
    }

    private KeyMaterial checked(Wish wish, KeyPair key, List<X509Certificate> chain) throws AcmeFailureException {
        var file = new SourceFile("SEAWALL_ACME_DIRECTORY", Path.of("the certificate of " + directory.getHost()),
                "one that clients accept", "");
        try {
            var material = new KeyMaterial(key.getPrivate(),
                    CertificateChain.toPresent(file, chain, clock.instant()).chain(), wish.remarks());
            if (covers(material, wish.names())) {
                return material;
            }
            throw new AcmeFailureException(CertificateEvents.Failure.PROTOCOL,
                    "its certificate is for " + String.join(", ", material.names()));
        } catch (UnusableCertificateException | IllegalArgumentException e) {
            throw new AcmeFailureException(CertificateEvents.Failure.PROTOCOL, String.valueOf(e.getMessage()));
        }
    }
}
