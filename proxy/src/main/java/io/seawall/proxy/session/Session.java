package io.seawall.proxy.session;

/// A person's login, as the cookie carries it.
///
/// @param id 16 random bytes, hexadecimal
/// @param credential names the version of user and password that it began with
/// @param begunSeconds epoch seconds of the login
/// @param seenSeconds epoch seconds when the cookie was last renewed
public record Session(String id, String credential, long begunSeconds, long seenSeconds) {
    @Override
    public String toString() {
        return "session";
    }
}
