package io.seawall.proxy.diagnose.doctor.probe;

/// A header field with a credential. It leaves only within a [Request], which a [Conversation] sends only to a server
/// that may receive it ([MayBeShown]).
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
