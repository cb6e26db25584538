package io.seawall.proxy.credential;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Supplier;

/// A guess that is admitted and not yet compared. It counts as a wrong one until it turns out to be none, so that a
/// client that sends many at once has no more of them than one that sends them one by one. Settled once, on any thread.
public final class PendingGuess {

    /// Who gives places out.
    @FunctionalInterface
    public interface Places {
        /// Empty where the client has no guess left until one of those under way is settled.
        Optional<PendingGuess> take(Layer layer, InetAddress client, long fingerprint);

        /// Whether the credential was wrong lately, from there, so that there is nothing to compare.
        default boolean knows(Layer layer, InetAddress client, long fingerprint) {
            return false;
        }
    }

    /// For clients whose guesses are not counted.
    public static final Places UNLIMITED = (_, _, _) -> Optional
            .of(new PendingGuess(() -> Decision.Counting.COUNTED, () -> {}));

    private final Supplier<Decision.Counting> wrong;
    private final Runnable free;

    /// @param wrong counts it
    /// @param free gives it back
    PendingGuess(Supplier<Decision.Counting> wrong, Runnable free) {
        this.wrong = wrong;
        this.free = free;
    }

    /// It was wrong, and is counted.
    Decision.Counting wrong() {
        return wrong.get();
    }

    /// It was right, or was never compared.
    void free() {
        free.run();
    }
}
