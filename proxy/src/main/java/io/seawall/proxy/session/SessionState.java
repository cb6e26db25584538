package io.seawall.proxy.session;

/// What is known of sessions, whatever configuration is in force.
///
/// @param key signs session cookies
/// @param use when each session was used last
@SuppressWarnings("ArrayRecordComponent") // never compared or printed
public record SessionState(byte[] key, Revocations revocations, SessionUse use) {

    public static SessionState of(byte[] key, Revocations revocations) {
        return new SessionState(key, revocations, new SessionUse());
    }
}
