package io.seawall.proxy.auth;

import io.seawall.config.Config;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// Makes and checks the session cookie, which carries everything it needs under a MAC: no table of sessions, only of
/// those that were logged out. The MAC key is bound to the credential, so a changed password ends every session.
public final class Sessions {
    /// `__Host-` makes browsers insist on Secure, on no Domain and on Path=/ (RFC 6265bis, 4.1.3.2).
    public static final String COOKIE = "__Host-seawall";
    /// A cookie older than this is renewed with the next answer.
    static final Duration RENEW = Duration.ofMinutes(10);

    private final byte[] key;
    private final Config.SessionLife life;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Revocations revocations;

    /// @param sessionKey kept over restarts
    /// @param credential names the version of user and password
    public Sessions(byte[] sessionKey, byte[] credential, Config.SessionLife life, Revocations revocations,
            Clock clock) {
        key = MessageDigests.hmac(sessionKey, MessageDigests.sha256(bytes("session"), credential));
        this.life = life;
        this.clock = clock;
        this.revocations = revocations;
    }

    /// What became of a cookie.
    public sealed interface Check {
        /// @param renew whether the next answer should carry a younger cookie
        record Valid(Session session, boolean renew) implements Check {}

        record Expired() implements Check {}

        record Absent() implements Check {}
    }

    Session begin() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return new Session(HexFormat.of().formatHex(id), now(), now());
    }

    /// A value for the cookie that is as young as can be.
    String cookie(Session session) {
        String payload = "1." + session.id() + "." + session.begunSeconds() + "." + now();
        return payload + "." + mac(payload);
    }

    /// The whole `Set-Cookie` value.
    public String setCookie(Session session) {
        return COOKIE + "=" + cookie(session) + "; Path=/; Max-Age=" + life.idle().toSeconds()
                + "; HttpOnly; Secure; SameSite=Lax";
    }

    /// The `Set-Cookie` value that removes it.
    public static String clearCookie() {
        return COOKIE + "=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax";
    }

    Check check(Optional<String> cookie) {
        if (cookie.isEmpty()) {
            return new Check.Absent();
        }
        String[] parts = cookie.get().split("\\.", -1);
        if (parts.length != 5 || !parts[0].equals("1")) {
            return new Check.Expired();
        }
        String payload = cookie.get().substring(0, cookie.get().length() - parts[4].length() - 1);
        if (!MessageDigest.isEqual(bytes(mac(payload)), bytes(parts[4]))) {
            return new Check.Expired();
        }
        // the MAC is ours, so the numbers are too
        Session session = new Session(parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]));
        if (isOver(session) || now() - session.seenSeconds() > life.idle().toSeconds()) {
            return new Check.Expired();
        }
        return new Check.Valid(session,
                now() - session.seenSeconds() > Math.min(RENEW.toSeconds(), life.idle().toSeconds() / 2));
    }

    /// Whether the session was logged out or has lived its longest; idle time aside.
    public boolean isOver(Session session) {
        return revocations.contains(session.id())
                || now() - session.begunSeconds() > life.absolute().toSeconds();
    }

    void revoke(Session session) {
        revocations.add(session.id(), session.begunSeconds() + life.absolute().toSeconds());
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private String mac(String payload) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigests.hmac(key, bytes(payload)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
