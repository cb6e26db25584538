package io.seawall.proxy.server;

import io.seawall.config.Problem;
import java.util.List;

/// Seawall does not start. Nothing has been printed yet.
public final class StartRefusedException extends Exception {
    /// What kind of thing is wrong, which decides the exit code.
    public sealed interface Reason {}

    /// @param all at least one
    public record Problems(List<Problem> all) implements Reason {}

    /// A certificate, or a file of the state folder that certificates are kept like, cannot be used.
    public record Certificates(String message) implements Reason {}

    /// The state folder cannot be used.
    public record State(String message) implements Reason {}

    /// A port cannot be listened on.
    public record Bind(String message) implements Reason {}

    private final transient Reason reason;

    public StartRefusedException(Reason reason) {
        super(reason.toString());
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
