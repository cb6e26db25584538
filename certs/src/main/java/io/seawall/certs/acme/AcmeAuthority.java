package io.seawall.certs.acme;

import io.seawall.config.Config.Acme.Challenge;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/// A CA as [AcmeSource] sees it. Both questions may take minutes.
interface AcmeAuthority {
    /// What is asked for.
    ///
    /// @param challenge [Challenge#AUTO]: whatever of the two the CA offers, tls-alpn-01 first
    /// @param replaces the certificate that the new one is to follow
    record Order(SequencedSet<String> names, Challenge challenge, KeyPair account, KeyPair key,
            Optional<X509Certificate> replaces) {}

    /// When a certificate should be renewed (RFC 9773).
    ///
    /// @param next when to ask again, if the CA says
    record Advice(Instant start, Instant end, Optional<Instant> next) {}

    /// The CA does not know the account, and accepts none with this key again: another key is needed.
    final class AccountGoneException extends Exception {
        AccountGoneException(String message) {
            super(message);
        }
    }

    /// The leaf and its issuers.
    List<X509Certificate> order(Order order) throws AcmeFailureException, AccountGoneException, InterruptedException;

    /// Empty where the CA gives no advice.
    Optional<Advice> advice(X509Certificate certificate) throws AcmeFailureException, InterruptedException;
}
