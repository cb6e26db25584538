package io.seawall.config;

import java.util.List;
import java.util.Optional;

/// The token of a layer, and the one before it while clients move over to the new one.
public record Token(Secret current, Optional<Secret> previous) {

    public Token(Secret current) {
        this(current, Optional.empty());
    }

    /// The one of the two that the candidate is. Compares with both, in a time that depends on the candidate's length
    /// only.
    public Optional<Secret> matching(byte[] candidate) {
        boolean isCurrent = current.matches(candidate);
        Optional<Secret> before = previous.filter(secret -> secret.matches(candidate));
        return isCurrent ? Optional.of(current) : before;
    }

    /// Whether the secret, of whatever configuration, is one of the two.
    public boolean accepts(Secret secret) {
        return current.sameAs(secret) || previous.filter(secret::sameAs).isPresent();
    }

    List<Secret> secrets() {
        return previous.map(before -> List.of(current, before)).orElse(List.of(current));
    }
}
