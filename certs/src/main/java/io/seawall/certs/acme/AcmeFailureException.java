package io.seawall.certs.acme;

import io.seawall.certs.CertificateEvents;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// An order that came to nothing. Whatever of the message the CA wrote is bounded and printable.
final class AcmeFailureException extends Exception {
    private static final int LONGEST = 300;
    private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

    private final CertificateEvents.Failure failure;
    private final transient Optional<Instant> retryAfter;
    private final transient Set<String> rejected;

    AcmeFailureException(CertificateEvents.Failure failure, String message) {
        this(failure, message, Optional.empty());
    }

    /// @param retryAfter before which the CA does not want another request
    AcmeFailureException(CertificateEvents.Failure failure, String message, Optional<Instant> retryAfter) {
        this(failure, message, retryAfter, Set.of());
    }

    /// @param rejected the names that the CA certifies for no one, such as an internal one
    AcmeFailureException(CertificateEvents.Failure failure, String message, Optional<Instant> retryAfter,
            Set<String> rejected) {
        // no cause: it may quote what we sent
        super(printable(message));
        this.failure = failure;
        this.retryAfter = retryAfter;
        this.rejected = Set.copyOf(rejected);
    }

    CertificateEvents.Failure failure() {
        return failure;
    }

    Optional<Instant> retryAfter() {
        return retryAfter;
    }

    Set<String> rejected() {
        return rejected;
    }

    static String printable(String text) {
        String printable = UNPRINTABLE.matcher(text).replaceAll("?");
        return printable.length() <= LONGEST ? printable : printable.substring(0, LONGEST) + "...";
    }
}
