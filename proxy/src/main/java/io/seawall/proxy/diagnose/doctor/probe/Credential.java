package io.seawall.proxy.diagnose.doctor.probe;

/// A header field that lets somebody in. It leaves only within a [Request], which a [Conversation] sends to whom it may be
/// shown ([MayBeShown]).
public final class Credential {
    private final String field;

    /// @param field `Name: value`
    Credential(String field) {
        this.field = field;
    }

    /// A session's cookie.
    ///
    /// @param cookie `name=value`
    public static Credential session(String cookie) {
        return new Credential("Cookie: " + cookie);
    }

    String field() {
        return field;
    }

    @Override
    public String toString() {
        return "***";
    }
}
