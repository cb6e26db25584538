package io.seawall.proxy.auth;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// A guess that is admitted and not yet compared. It counts as a wrong one until it turns out to be none, so that whoever
/// sends many at once has no more of them than whoever sends one after the other. Settled once, on any thread.
final class Place {

    /// Who gives places out.
    @FunctionalInterface
    interface Places {
        /// Empty where the client has no guess left until one of those under way is settled.
        Optional<Place> take(Layer layer, InetAddress client);
    }

    /// For whom nobody counts.
    static final Places UNLIMITED = (_, _) -> Optional.of(new Place(() -> false, () -> {}));

    private final BooleanSupplier wrong;
    private final Runnable free;

    /// @param wrong counts it; true when it locked the network out
    /// @param free gives it back
    Place(BooleanSupplier wrong, Runnable free) {
        this.wrong = wrong;
        this.free = free;
    }

    /// It was wrong; true when this one locked the network out.
    boolean wrong() {
        return wrong.getAsBoolean();
    }

    /// It was right, or was never compared.
    void free() {
        free.run();
    }
}
