package io.seawall.certs.acme;

import io.seawall.certs.CertificateEvents.Failure;
import java.security.cert.CertPathBuilderException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeServerException;

/// What the library's exceptions and the CA's problem documents mean to us.
final class AcmeAnswers {
    private static final String ERROR = "urn:ietf:params:acme:error:";

    private AcmeAnswers() {}

    /// @param patience before when the CA does not want to be asked again
    static AcmeFailureException failure(Exception e, Optional<Instant> patience) {
        return switch (e) {
            case AcmeServerException server -> new AcmeFailureException(
                    is(server, "rateLimited")
                            ? Failure.RATE_LIMITED
                            : is(server, "externalAccountRequired") || is(server, "userActionRequired")
                                    ? Failure.ACCOUNT
                                    : Failure.REFUSED,
                    text(server.getProblem()), patience);
            case AcmeNetworkException network ->
                new AcmeFailureException(Failure.UNREACHABLE, "the CA cannot be reached: "
                        + reason(network), patience);
            case AcmeLazyLoadingException lazy when lazy.getCause() instanceof AcmeException cause ->
                failure(cause, patience);
            case AcmeException other -> new AcmeFailureException(patience.isPresent()
                    ? Failure.RATE_LIMITED
                    : Failure.UNREACHABLE, "the CA answers " + other.getMessage(), patience);
            default -> new AcmeFailureException(Failure.PROTOCOL, "the CA's answer cannot be read: " + e.getMessage(),
                    patience);
        };
    }

    static boolean is(AcmeServerException e, String error) {
        return e.getType().toString().equals(ERROR + error);
    }

    /// The names that a CA's policy is against, by its subproblems (RFC 8555, 6.7.1), or else by its words: where there is
    /// one, Let's Encrypt gives no subproblem, and has the name in quotes.
    static Set<String> rejected(AcmeServerException e, Set<String> names) {
        if (!is(e, "rejectedIdentifier")) {
            return Set.of();
        }
        Set<String> rejected = new LinkedHashSet<>();
        for (Problem sub : e.getProblem().getSubProblems()) {
            sub.getIdentifier().map(Identifier::getValue).filter(names::contains).ifPresent(rejected::add);
        }
        if (rejected.isEmpty()) {
            String words = e.getProblem().getDetail().orElse("");
            names.stream().filter(name -> words.contains("\"" + name + "\"")).forEach(rejected::add);
        }
        return rejected;
    }

    static String text(Problem problem) {
        String type = problem.getType().toString();
        return "the CA says " + (type.startsWith(ERROR) ? type.substring(ERROR.length()) : type)
                + problem.getDetail().map(detail -> ": " + detail).orElse("");
    }

    private static String reason(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
            if (deepest instanceof CertPathBuilderException) {
                return "its own certificate is not trusted (a private CA goes into SEAWALL_ACME_CA)";
            }
        }
        String name = deepest.getClass().getSimpleName().replaceFirst("Exception$", "").toLowerCase(Locale.ROOT);
        return deepest.getMessage() == null ? name : name + ", " + deepest.getMessage();
    }
}
