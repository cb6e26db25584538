package io.seawall.certs.acme;

import io.seawall.certs.CertificateEvents;
import io.seawall.certs.CertificateSource;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.StateDirectory;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.Config.Acme.Challenge;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Certificates from a CA that speaks ACME (RFC 8555), kept across restarts and renewed in time. Whatever the CA does,
/// a certificate is served: the local CA's until the first one comes, then the last one that came.
public final class AcmeSource implements CertificateSource {
    // Nothing in this class may touch acme4j or BouncyCastle: a start that finds its certificate in place does without.
    private static final String SOURCE = "acme";

    private final Config.Acme ca;
    private final SequencedSet<String> names;
    private final boolean plainPort;
    private final AcmeFiles files;
    private final Supplier<AcmeAuthority> authority;
    private final AcmeOrders orders;
    private final AcmeChallenges challenges;
    private final Clock clock;
    private final RandomGenerator random;
    private final @Nullable LocalCa local;
    private final SequencedSet<String> localNames;
    private volatile KeyMaterial current;
    private volatile CertificateEvents events = CertificateEvents.NONE;
    private boolean issued;
    private Set<String> leftOut = Set.of();
    private @Nullable UnusableCertificateException trouble;
    private AcmeLedger ledger;

    /// What to ask for, and what to do without.
    ///
    /// @param names those to have certified
    /// @param localNames those of the local CA's certificate, which serves until then
    /// @param plainPort whether http-01 could be answered
    public record Wanted(Config.Acme ca, SequencedSet<String> names, SequencedSet<String> localNames,
            boolean plainPort) {}

    AcmeSource(Path stateDirectory, Wanted wanted, Supplier<AcmeAuthority> authority, AcmeChallenges challenges,
            Clock clock, RandomGenerator random) throws UnusableCertificateException {
        ca = wanted.ca();
        names = wanted.names();
        localNames = wanted.localNames();
        plainPort = wanted.plainPort();
        files = new AcmeFiles(StateDirectory.prepare(stateDirectory), ca.directory());
        this.authority = authority;
        orders = new AcmeOrders(ca.directory(), files, authority, clock);
        this.challenges = challenges;
        this.clock = clock;
        this.random = random;
        Instant now = clock.instant();
        ledger = files.ledger(now);
        Optional<KeyMaterial> kept = files.certificate().filter(m -> isUsable(m, now));
        issued = kept.isPresent();
        local = issued ? null : LocalCa.open(stateDirectory, localNames, clock);
        current = local == null ? kept.orElseThrow() : local.serverCertificate(localNames);
    }

    /// Where the certificate of that CA is, if there is one.
    public static Path certificate(Path stateDirectory, URI directory) {
        return new AcmeFiles(new StateDirectory(stateDirectory), directory).certificateFile();
    }

    /// Sends no request: the kept certificate is served, or the local CA's.
    ///
    /// @throws UnusableCertificateException if `SEAWALL_ACME_CA` cannot be read, or the state directory not be used
    public static AcmeSource open(Path stateDirectory, Wanted wanted, Clock clock) throws UnusableCertificateException {
        var challenges = new AcmeChallenges();
        List<X509Certificate> anchors = AcmeFiles.anchors(wanted.ca().authority());
        return new AcmeSource(stateDirectory, wanted, () -> new AcmeCa(wanted.ca(), anchors, challenges, clock),
                challenges, clock, RandomGenerator.getDefault());
    }

    /// Where the listeners look for what a CA comes to see.
    public AcmeChallenges challenges() {
        return challenges;
    }

    /// The local CA, while it stands in.
    public Optional<LocalCa> standIn() {
        return Optional.ofNullable(local);
    }

    public void reportTo(CertificateEvents listener) {
        events = listener;
    }

    @Override
    public List<KeyMaterial> current() {
        return List.of(current);
    }

    @Override
    public boolean refresh() throws UnusableCertificateException {
        Instant now = clock.instant();
        KeyMaterial before = current;
        try {
            if (issued) {
                seekAdvice(now);
            } else {
                renewStandIn(now);
            }
            if (isDue(now)) {
                trouble = null;
                if (beginAttempt(now)) {
                    attempt();
                }
            }
        } catch (UnusableCertificateException e) {
            trouble = e;
        } catch (InterruptedException e) {
            // we are being stopped; the ledger counts it as a failure
            Thread.currentThread().interrupt();
        }
        // until the next attempt: it lasts
        if (trouble != null) {
            throw trouble;
        }
        return !current.equals(before);
    }

    private boolean isDue(Instant now) {
        return ledger.allows(now) && (!issued || !coversAll() || isRenewal(now));
    }

    /// All that the CA certifies: what it has left out it is asked for again at the next renewal or start.
    private boolean coversAll() {
        return AcmeOrders.covers(current, without(leftOut));
    }

    private SequencedSet<String> without(Set<String> some) {
        SequencedSet<String> others = new LinkedHashSet<>(names);
        others.removeAll(some);
        return others;
    }

    private boolean isRenewal(Instant now) {
        // a ledger that was lost: two thirds of the life, without jitter
        return !now.isBefore(ledger.renewal().orElse(current.twoThirds()));
    }

    /// Writes the attempt down; false where another process, of the same state directory, has just made one.
    private boolean beginAttempt(Instant now) throws UnusableCertificateException {
        boolean mine;
        try {
            AcmeFiles.Claim claim = files.claim(now, random);
            ledger = claim.ledger();
            mine = claim.isOurs();
        } catch (UnusableCertificateException e) {
            // without a ledger no CA is asked, and that is not reported every few seconds
            ledger = ledger.attempt(now, random);
            events.failed(SOURCE, CertificateEvents.Failure.STORAGE);
            throw e;
        }
        if (!mine) {
            // what the other one was given
            files.certificate()
                    .filter(m -> isUsable(m, now) && (!issued || m.notAfter().isAfter(current.notAfter())))
                    .ifPresent(this::take);
        }
        return mine;
    }

    private void attempt() throws UnusableCertificateException, InterruptedException {
        Challenge challenge = AcmeOrders.challenge(ca.challenge(), plainPort, ledger.failures());
        KeyMaterial material;
        try {
            material = order(challenge);
        } catch (AcmeFailureException e) {
            Instant now = clock.instant();
            ledger = ledger.failed(now, e.retryAfter());
            events.failed(SOURCE, e.failure());
            keepLedger();
            throw new UnusableCertificateException("SEAWALL_TLS=acme: no certificate from " + ca.directory() + " for "
                    + String.join(", ", names) + ": " + e.getMessage() + "; served meanwhile: "
                    + (issued ? "the present one, until " + current.notAfter() : "the local CA's")
                    + "; next attempt at " + ledger.next().truncatedTo(ChronoUnit.SECONDS));
        }
        boolean another = !material.equals(current);
        take(material);
        X509Certificate leaf = material.leaf();
        ledger = ledger.succeeded(clock.instant(), leaf.getNotBefore().toInstant(), material.notAfter(), random);
        if (!another) {
            files.keep(ledger);
            return;
        }
        events.renewed(SOURCE);
        try {
            files.keep(material);
        } finally {
            files.keep(ledger);
        }
    }

    private void take(KeyMaterial material) {
        current = material;
        issued = true;
    }

    /// For all names; or, where the CA's policy is against some of them, for the others, so that an internal name costs no
    /// other one its certificate.
    private KeyMaterial order(Challenge challenge)
            throws AcmeFailureException, UnusableCertificateException, InterruptedException {
        try {
            return order(challenge, names, List.of());
        } catch (AcmeFailureException e) {
            SequencedSet<String> others = without(e.rejected());
            if (others.isEmpty() || others.size() == names.size()) {
                throw e;
            }
            leftOut = e.rejected();
            if (issued && AcmeOrders.covers(current, others) && !isRenewal(clock.instant())) {
                return current; // the same was said before the last start
            }
            return order(challenge, others, List.of("SEAWALL_HOSTS: " + ca.directory().getHost() + " does not certify "
                    + String.join(", ", new TreeSet<>(e.rejected())) + ", so browsers will warn there: "
                    + e.getMessage()));
        }
    }

    private KeyMaterial order(Challenge challenge, SequencedSet<String> names, List<String> remarks)
            throws AcmeFailureException, UnusableCertificateException, InterruptedException {
        Optional<X509Certificate> replaces = issued ? Optional.of(current.leaf()) : Optional.empty();
        return orders.place(new AcmeOrders.Wish(names, challenge, replaces, remarks), this::replaceAccount);
    }

    /// Whether the account may be replaced now; it counts as replaced then.
    private boolean replaceAccount() throws UnusableCertificateException {
        Instant now = clock.instant();
        if (!ledger.mayReplaceAccount(now)) {
            return false;
        }
        ledger = ledger.accountReplaced(now);
        files.keep(ledger);
        return true;
    }

    /// Good enough to serve until there is a better one.
    private boolean isUsable(KeyMaterial material, Instant now) {
        return now.isBefore(material.notAfter()) && material.names().stream().anyMatch(names::contains);
    }

    private void seekAdvice(Instant now) throws InterruptedException {
        if (now.isBefore(ledger.nextAdvice()) && ledger.nextAdvice().isBefore(now.plus(Duration.ofDays(2)))) {
            return;
        }
        try {
            ledger = ledger.asked(now);
            files.keep(ledger);
            Optional<AcmeAuthority.Advice> advice = authority.get().advice(current.leaf());
            if (advice.isPresent()) {
                ledger = ledger.advised(clock.instant(), advice.get(), current.partOfLife(9, 10), random);
                files.keep(ledger);
            }
        } catch (AcmeFailureException | UnusableCertificateException e) {
            // advice is optional: without it the certificate's lifetime decides
        }
    }

    private void renewStandIn(Instant now) throws UnusableCertificateException {
        if (local != null && !now.isBefore(current.twoThirds())) {
            current = local.serverCertificate(localNames);
        }
    }

    private void keepLedger() {
        try {
            files.keep(ledger);
        } catch (UnusableCertificateException e) {
            // the attempt is in it already; only the CA's wish for more patience is lost at the next start
        }
    }
}
