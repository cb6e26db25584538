package io.seawall.certs.acme;

import io.seawall.certs.CertificateEvents.Failure;
import io.seawall.certs.Issuer;
import io.seawall.config.Config;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.AcmeUtils;
import org.shredzone.acme4j.toolbox.JSON;

/// A CA, asked through acme4j. Apart from [AcmeSource] because the library and its HTTP client cost start-up time. Keeps
/// nothing open between two questions.
final class AcmeCa implements AcmeAuthority {
    private static final Duration LONGEST_ORDER = Duration.ofMinutes(5);
    private static final Duration FIRST_POLL = Duration.ofMillis(250);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(15);

    private final Config.Acme config;
    private final List<X509Certificate> anchors;
    private final AcmeChallenges challenges;
    private final Clock clock;

    /// @param anchors what the directory's own certificate is verified with; empty: the JDK's list
    AcmeCa(Config.Acme config, List<X509Certificate> anchors, AcmeChallenges challenges, Clock clock) {
        this.config = config;
        this.anchors = List.copyOf(anchors);
        this.challenges = challenges;
        this.clock = clock;
    }

    @Override
    public List<X509Certificate> order(Order order)
            throws AcmeFailureException, AccountGoneException, InterruptedException {
        return new Talk().within(talk -> talk.order(order));
    }

    @Override
    public Optional<Advice> advice(X509Certificate certificate) throws AcmeFailureException, InterruptedException {
        try {
            return new Talk().within(talk -> talk.advice(certificate));
        } catch (AccountGoneException e) {
            return Optional.empty(); // no account is needed for it
        }
    }

    private interface Question<T> {
        T ask(Talk talk) throws AcmeException, AcmeFailureException, AccountGoneException, InterruptedException;
    }

    /// One conversation with the CA.
    private final class Talk {
        private final Instant deadline = clock.instant().plus(LONGEST_ORDER);
        private @Nullable Instant retryAfter;

        <T> T within(Question<T> question) throws AcmeFailureException, AccountGoneException, InterruptedException {
            HttpClient client = AcmeProvider.client(anchors);
            try {
                return question.ask(this.with(client));
            } catch (AcmeException | RuntimeException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                throw AcmeAnswers.failure(e, Optional.ofNullable(retryAfter));
            } finally {
                challenges.clear();
                client.shutdownNow();
            }
        }

        private @Nullable Session session;

        private Talk with(HttpClient client) {
            session = new Session(config.directory(), new AcmeProvider(client, at -> retryAfter = at, clock));
            session.networkSettings().setCompressionEnabled(false);
            session.networkSettings().setTimeout(AcmeConnection.TIMEOUT);
            return this;
        }

        private Session session() {
            return java.util.Objects.requireNonNull(session);
        }

        List<X509Certificate> order(Order wanted)
                throws AcmeException, AcmeFailureException, AccountGoneException, InterruptedException {
            Login login = logIn(wanted.account());
            org.shredzone.acme4j.Order order;
            try {
                order = place(login, wanted);
            } catch (AcmeServerException e) {
                throw new AcmeFailureException(
                        AcmeAnswers.failure(e, Optional.ofNullable(retryAfter)).failure(),
                        AcmeAnswers.text(e.getProblem()), Optional.ofNullable(retryAfter),
                        AcmeAnswers.rejected(e, wanted.names()));
            }
            List<Pending> pending = new ArrayList<>();
            if (order.getAuthorizations().size() > wanted.names().size()) {
                throw new AcmeFailureException(Failure.PROTOCOL, "it wants to see more names than were ordered");
            }
            for (Authorization authorization : order.getAuthorizations()) {
                authorization.fetch();
                if (authorization.getStatus() != Status.VALID) {
                    pending.add(expect(authorization, wanted.challenge()));
                }
            }
            // all before the first is judged: the CA looks at them side by side
            for (Pending one : pending) {
                one.challenge().trigger();
            }
            for (Pending one : pending) {
                if (await(one.authorization(), EnumSet.of(Status.PENDING, Status.PROCESSING)) != Status.VALID) {
                    throw new AcmeFailureException(
                            Failure.VALIDATION, one.name() + " by " + one.challenge().getType() + ": "
                                    + one.authorization().getChallenges().stream().flatMap(c -> c.getError().stream())
                                            .findFirst().map(AcmeAnswers::text).orElse("no reason given"),
                            Optional.ofNullable(retryAfter));
                }
            }
            challenges.clear();
            if (await(order, EnumSet.of(Status.PENDING)) == Status.READY) {
                order.execute(wanted.key());
            }
            if (await(order, EnumSet.of(Status.READY, Status.PROCESSING)) != Status.VALID) {
                throw new AcmeFailureException(Failure.REFUSED, "the order is " + order.getStatus() + ": "
                        + order.getError().map(AcmeAnswers::text).orElse("no reason given"),
                        Optional.ofNullable(retryAfter));
            }
            var certificate = order.getCertificate();
            certificate.download();
            return certificate.getCertificateChain();
        }

        /// Always by the key: the CA gives the account that it has for it, or makes one; a CA that has lost the account
        /// makes a new one.
        private Login logIn(KeyPair key) throws AcmeException, AccountGoneException {
            AccountBuilder builder = new AccountBuilder().useKeyPair(key).agreeToTermsOfService();
            config.email().ifPresent(builder::addEmail);
            config.externalAccount()
                    .ifPresent(account -> builder.withKeyIdentifier(account.keyId(), account.hmacKey().key()));
            try {
                Login login = builder.createLogin(session());
                Status status = login.getAccount().getStatus();
                if (status != Status.VALID) {
                    throw new AccountGoneException("the account is " + status);
                }
                return login;
            } catch (AcmeServerException e) {
                throw accountGone(e);
            }
        }

        private org.shredzone.acme4j.Order place(Login login, Order wanted) throws AcmeException, AccountGoneException {
            boolean follows = wanted.replaces().isPresent()
                    && session().resourceUrlOptional(Resource.RENEWAL_INFO).isPresent();
            try {
                if (follows) {
                    try {
                        return login.newOrder().domains(wanted.names()).replaces(wanted.replaces().get()).create();
                    } catch (AcmeServerException e) {
                        if (AcmeAnswers.is(e, "rateLimited") || AcmeAnswers.is(e, "unauthorized")) {
                            throw e;
                        }
                        // replaced already, or ordered by another account of ours: then without (RFC 9773, section 5)
                    }
                }
                return login.newOrder().domains(wanted.names()).create();
            } catch (AcmeServerException e) {
                throw accountGone(e);
            }
        }

        private AcmeServerException accountGone(AcmeServerException e) throws AccountGoneException {
            if (AcmeAnswers.is(e, "unauthorized") || AcmeAnswers.is(e, "accountDoesNotExist")) {
                throw new AccountGoneException(AcmeAnswers.text(e.getProblem()));
            }
            return e;
        }

        private Pending expect(Authorization authorization, Config.Acme.Challenge wanted) throws AcmeFailureException {
            String name = authorization.getIdentifier().getDomain();
            Optional<TlsAlpn01Challenge> tls = authorization.findChallenge(TlsAlpn01Challenge.class);
            Optional<Http01Challenge> http = authorization.findChallenge(Http01Challenge.class);
            boolean byTls = wanted == Config.Acme.Challenge.TLS_ALPN_01
                    || wanted == Config.Acme.Challenge.AUTO && tls.isPresent();
            if (byTls && tls.isPresent()) {
                challenges.expectTls(name, Issuer.challenge(name, tls.get().getAcmeValidation(), clock.instant()));
                return new Pending(name, authorization, tls.get());
            }
            if (!byTls && http.isPresent()) {
                challenges.expectHttp(http.get().getToken(), http.get().getAuthorization());
                return new Pending(name, authorization, http.get());
            }
            throw new AcmeFailureException(Failure.REFUSED, name + ": the CA offers "
                    + authorization.getChallenges().stream().map(Challenge::getType).collect(Collectors.joining(", "))
                    + ", not " + (byTls ? TlsAlpn01Challenge.TYPE : Http01Challenge.TYPE));
        }

        /// Polls while the status is one of those, at the CA's interval or at growing ones.
        private Status await(PollableResource resource, Set<Status> passing)
                throws AcmeException, AcmeFailureException, InterruptedException {
            Duration pause = FIRST_POLL;
            while (true) {
                Instant now = clock.instant();
                Duration wait = resource.fetch().map(at -> Duration.between(now, at)).orElse(pause);
                if (!passing.contains(resource.getStatus())) {
                    return resource.getStatus();
                }
                wait = wait.compareTo(FIRST_POLL) < 0
                        ? FIRST_POLL
                        : wait.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wait;
                if (now.plus(wait).isAfter(deadline)) {
                    throw new AcmeFailureException(Failure.UNREACHABLE,
                            "no verdict within " + LONGEST_ORDER.toMinutes() + " minutes");
                }
                Thread.sleep(wait);
                pause = pause.multipliedBy(2);
            }
        }

        Optional<Advice> advice(X509Certificate certificate) throws AcmeException, AcmeFailureException {
            Optional<URL> base = session().resourceUrlOptional(Resource.RENEWAL_INFO);
            if (base.isEmpty()) {
                return Optional.empty();
            }
            String prefix = base.get().toExternalForm();
            URL url;
            try {
                url = URI.create((prefix.endsWith("/") ? prefix : prefix + "/")
                        + AcmeUtils.getRenewalUniqueIdentifier(certificate)).toURL();
            } catch (MalformedURLException e) {
                throw new AcmeFailureException(Failure.PROTOCOL, "its renewalInfo is no URL");
            }
            try (Connection connection = session().connect()) {
                connection.sendRequest(url, session(), null);
                JSON window = connection.readJsonResponse().get("suggestedWindow").asObject();
                Instant start = window.get("start").asInstant();
                Instant end = window.get("end").asInstant();
                if (end.isBefore(start)) {
                    throw new AcmeFailureException(Failure.PROTOCOL, "it advises a window that ends before it starts");
                }
                return Optional.of(new Advice(start, end, connection.getRetryAfter()));
            }
        }
    }

    private record Pending(String name, Authorization authorization, Challenge challenge) {}
}
