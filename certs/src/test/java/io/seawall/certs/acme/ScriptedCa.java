package io.seawall.certs.acme;

import io.seawall.certs.CertificateEvents;
import io.seawall.certs.Pki;
import io.seawall.certs.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A CA that does as a test says, without a network; certifies whatever it is asked for when nothing else was said.
final class ScriptedCa implements AcmeAuthority {
    /// What was ordered, in its order.
    final List<Order> orders = new ArrayList<>();
    int advised;
    Duration life = Duration.ofDays(90);
    Optional<Advice> advice = Optional.empty();
    @Nullable
    AcmeFailureException failure;
    boolean forgetsOldAccounts;
    /// The names that its policy is against.
    Set<String> rejected = Set.of();

    private final Pki.Identity root;
    private final Pki.Identity intermediate;
    private final SettableClock clock;

    ScriptedCa(SettableClock clock) {
        this.clock = clock;
        Instant from = clock.instant().minus(Duration.ofDays(100));
        Instant until = clock.instant().plus(Duration.ofDays(4_000));
        var rootKey = Pki.ec("secp256r1");
        root = new Pki.Identity(rootKey, Pki.certificate("CN=Root", rootKey, "CN=Root", rootKey, true, from, until));
        var key = Pki.ec("secp256r1");
        intermediate = new Pki.Identity(key,
                Pki.certificate("CN=Intermediate", key, "CN=Root", rootKey, true, from, until));
    }

    @Override
    public List<X509Certificate> order(Order order) throws AcmeFailureException, AccountGoneException {
        orders.add(order);
        if (failure != null) {
            throw failure;
        }
        Set<String> against = new TreeSet<>(order.names());
        against.retainAll(rejected);
        if (!against.isEmpty()) {
            throw new AcmeFailureException(CertificateEvents.Failure.REFUSED,
                    "the CA says rejectedIdentifier: not public",
                    Optional.empty(), against);
        }
        if (forgetsOldAccounts && order.account().getPublic().equals(orders.getFirst().account().getPublic())) {
            throw new AccountGoneException("the account is DEACTIVATED");
        }
        return List.of(certify(order.key().getPublic(), order.names()), intermediate.certificate());
    }

    @Override
    public Optional<Advice> advice(X509Certificate certificate) throws AcmeFailureException {
        advised++;
        if (failure != null) {
            throw failure;
        }
        return advice;
    }

    X509Certificate certify(PublicKey key, Collection<String> names) {
        return certify(key, names, clock.instant(), life, intermediate);
    }

    static X509Certificate certify(PublicKey key, Collection<String> names, Instant now, Duration life,
            Pki.Identity issuer) {
        try {
            var builder = new JcaX509v3CertificateBuilder(new X500Name(issuer.name()),
                    BigInteger.valueOf(now.hashCode()),
                    Date.from(now), Date.from(now.plus(life)), new X500Name(new org.bouncycastle.asn1.x500.RDN[0]),
                    key);
            builder.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(
                    names.stream().map(n -> new GeneralName(GeneralName.dNSName, n)).toArray(GeneralName[]::new)));
            builder.addExtension(Extension.authorityKeyIdentifier, false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.certificate()));
            byte[] encoded = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key()))
                    .getEncoded();
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    Pki.Identity root() {
        return root;
    }
}
