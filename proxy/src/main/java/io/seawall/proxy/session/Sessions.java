package io.seawall.proxy.session;

import io.seawall.config.Authentication;
import io.seawall.host.Digests;
import io.seawall.proxy.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;

/// Makes and checks the session cookie, which carries everything it needs under a MAC: no table of sessions, only of
/// those that were logged out. The MAC key is bound to the version of user and password, so a changed password ends the
/// sessions of the old one; but not before that one stops counting.
public final class Sessions {
    /// A cookie older than this is renewed with the next answer.
    static final Duration RENEW = Duration.ofMinutes(10);
    /// Ours have 100 characters.
    private static final int LONGEST = 128;

    private static final String FORMER = SessionCookie.FORMER + "=";
    private static final String REMOVED = "; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final List<Signer> signers;
    private final Authentication.SessionLife life;
    /// `name=`
    private final String named;
    private final String attributes;
    private final Clock clock;
    private final ThreadLocal<RandomBytes> random = ThreadLocal.withInitial(RandomBytes::new);
    private final Revocations revocations;
    private final SessionUse use;

    /// Signs the sessions of one version of user and password.
    private record Signer(String credential, ThreadLocal<Mac> macs) {
        static Signer of(byte[] sessionKey, byte[] credential) {
            byte[] name = Digests.hmac(sessionKey, Digests.sha256(bytes("credential"), credential));
            byte[] key = Digests.hmac(sessionKey, Digests.sha256(bytes("session"), credential));
            // to find the algorithm and take the key takes longer than to sign
            return new Signer(HexFormat.of().formatHex(name, 0, 8),
                    ThreadLocal.withInitial(() -> Digests.hmac(key)));
        }

        String mac(String payload) {
            return BASE64.encodeToString(macs.get().doFinal(bytes(payload)));
        }
    }

    /// @param sessionKey kept over restarts
    /// @param credentials name the versions of user and password that count, the present one first
    public Sessions(byte[] sessionKey, List<byte[]> credentials, Authentication.SessionLife life,
            Revocations revocations,
            Clock clock) {
        this(sessionKey, credentials, life, revocations, new SessionUse(), clock);
    }

    /// @param use outlives the configuration
    public Sessions(byte[] sessionKey, List<byte[]> credentials, Authentication.SessionLife life,
            Revocations revocations,
            SessionUse use, Clock clock) {
        this.use = use;
        signers = credentials.stream().map(credential -> Signer.of(sessionKey, credential)).toList();
        this.life = life;
        named = new SessionCookie(sessionKey).name() + "=";
        attributes = "; Path=/; Max-Age=" + life.idle().toSeconds() + "; HttpOnly; Secure; SameSite=Lax";
        this.clock = clock;
        this.revocations = revocations;
    }

    /// What became of a cookie.
    public sealed interface Check {
        /// @param renew whether the next answer should carry a younger cookie
        /// @param previous whether it began with the password before
        record Valid(Session session, boolean renew, boolean previous) implements Check {}

        record Expired() implements Check {}

        record Absent() implements Check {}
    }

    /// One that begins with the present password.
    public Session begin() {
        return begin(signers.getFirst());
    }

    /// One that begins with the password before.
    public Session beginPrevious() {
        return begin(signers.getLast());
    }

    private Session begin(Signer signer) {
        long now = now();
        return new Session(random.get().hex16(), signer.credential(), now, now);
    }

    /// A value for the cookie that is as young as can be.
    String cookie(Session session) {
        return cookie("", session, "");
    }

    private String cookie(String before, Session session, String after) {
        String payload = "1." + session.id() + "." + session.begunSeconds() + "." + now();
        return before + payload + "." + signer(session).orElse(signers.getFirst()).mac(payload) + after;
    }

    /// The whole `Set-Cookie` value.
    public String setCookie(Session session) {
        return cookie(named, session, attributes);
    }

    /// The `Set-Cookie` values that give the client the session, under one name only.
    public List<String> setCookies(Session session, Headers request) {
        return former(request) instanceof Check.Valid
                ? List.of(setCookie(session), FORMER + REMOVED)
                : List.of(setCookie(session));
    }

    /// Ends the request's session, and ours under the former name, which would be the next one that counts. What another
    /// instance set under that name stays.
    ///
    /// @return the `Set-Cookie` values that remove them
    public List<String> logout(Session ended, Headers request) {
        Check former = former(request);
        revoke(ended);
        if (former instanceof Check.Valid(Session session, _, _)) {
            revoke(session);
            return List.of(named + REMOVED, FORMER + REMOVED);
        }
        return List.of(named + REMOVED);
    }

    /// Whether a cookie that may be ours came along.
    public boolean isOffered(Headers headers) {
        return Cookies.value(headers, named).isPresent() || Cookies.value(headers, FORMER).isPresent();
    }

    /// Ours where it came, else what came under the former name, to be replaced with the next answer.
    public Check check(Headers headers) {
        Check check = check(Cookies.value(headers, named));
        if (!(check instanceof Check.Absent)) {
            return check;
        }
        Check former = former(headers);
        return former instanceof Check.Valid(Session session, _, boolean previous)
                ? new Check.Valid(session, true, previous)
                : former;
    }

    private Check former(Headers headers) {
        return check(Cookies.value(headers, FORMER));
    }

    Check check(Optional<String> cookie) {
        if (cookie.isEmpty()) {
            return new Check.Absent();
        }
        if (cookie.get().length() > LONGEST) {
            return new Check.Expired(); // before it is taken apart
        }
        String[] parts = cookie.get().split("\\.", -1);
        if (parts.length != 5 || !parts[0].equals("1")) {
            return new Check.Expired();
        }
        String payload = cookie.get().substring(0, cookie.get().length() - parts[4].length() - 1);
        Optional<Signer> signer = signers.stream()
                .filter(s -> MessageDigest.isEqual(bytes(s.mac(payload)), bytes(parts[4]))).findFirst();
        if (signer.isEmpty()) {
            return new Check.Expired();
        }
        // the MAC is ours, so the numbers are too
        Session session = new Session(parts[1], signer.get().credential(), Long.parseLong(parts[2]),
                Long.parseLong(parts[3]));
        if (isOver(session) || now() - session.seenSeconds() > life.idle().toSeconds()) {
            return new Check.Expired();
        }
        use.used(session, now());
        return new Check.Valid(session,
                now() - session.seenSeconds() > Math.min(RENEW.toSeconds(), life.idle().toSeconds() / 2),
                !session.credential().equals(signers.getFirst().credential()));
    }

    /// Whether the session was logged out, has lived its longest, or began with a password that counts no longer; idle
    /// time aside.
    public boolean isOver(Session session) {
        return signer(session).isEmpty() || revocations.contains(session.id())
                || now() - session.begunSeconds() > life.absolute().toSeconds();
    }

    /// Whether what the session opened has to end: it is over, or was not used for so long that its cookie would be refused.
    public boolean hasEnded(Session session) {
        // a minute, because that is how exactly its use is known
        return isOver(session) || now() - use.lastSeconds(session) > life.idle().toSeconds() + 60;
    }

    /// The client said something in what the session opened.
    public void used(Session session) {
        use.used(session, now());
    }

    void revoke(Session session) {
        revocations.add(session.id(), session.begunSeconds() + life.absolute().toSeconds());
    }

    private long now() {
        return Math.floorDiv(clock.millis(), 1000L);
    }

    private Optional<Signer> signer(Session session) {
        for (Signer signer : signers) {
            if (signer.credential().equals(session.credential())) {
                return Optional.of(signer);
            }
        }
        return Optional.empty();
    }

    /// Random bytes fetched many at a time, because each fetch asks the kernel under a lock.
    private static final class RandomBytes {
        private static final int ID = 16;

        private final SecureRandom source = new SecureRandom();
        private final byte[] bytes = new byte[64 * ID];
        private int next = bytes.length;

        /// 16 of them, hexadecimal.
        String hex16() {
            if (next == bytes.length) {
                source.nextBytes(bytes);
                next = 0;
            }
            String hex = HexFormat.of().formatHex(bytes, next, next + ID);
            next += ID;
            return hex;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
