package io.seawall.proxy.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.seawall.config.Authentication.Basic;
import io.seawall.config.Authentication.Basic.Credential;
import io.seawall.config.Secret;
import io.seawall.host.Digests;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Compares user and password with the configured ones. A hash is computed off the event loop by one bounded worker,
/// once for all requests that offer the same at the same time, and only for clients for which the throttle has a
/// [PendingGuess]. A confirmed password is remembered for a while under a keyed digest, so that only the first request
/// pays. An unknown user is handled like a wrong password, in the same time.
public final class PasswordVerifier implements AutoCloseable {
    private static final int QUEUE = 64;
    private static final int MOST_WAITING = 128;

    /// What a comparison came to.
    public enum Result {
        RIGHT,
        RIGHT_BEFORE,
        UNKNOWN_USER,
        WRONG_PASSWORD,
        // it was wrong lately, so it is not compared again
        REPEATED,
        BUSY
    }

    /// @param counting whether the guess, if it was a wrong one, was counted with the comparison
    /// @param fingerprint of what was compared; 0 where nothing was
    public record Verdict(Result result, Decision.Counting counting, long fingerprint) {
        private static final CompletableFuture<Verdict> BUSY = done(Result.BUSY, 0);

        static CompletableFuture<Verdict> done(Result result, long fingerprint) {
            return CompletableFuture.completedFuture(new Verdict(result, Decision.Counting.NOT_YET, fingerprint));
        }

        /// For another request that offered the same.
        Verdict shared() {
            return new Verdict(result, Decision.Counting.NOT_YET, fingerprint);
        }
    }

    private final Secret user;
    private final Credential credential;
    private final Optional<Credential> previous;
    private final Fingerprints fingerprints = new Fingerprints();
    private final Cache<ByteBuffer, Result> confirmed = Caffeine.newBuilder().maximumSize(256)
            .expireAfterWrite(Duration.ofMinutes(10)).executor(Runnable::run).build();
    private final Map<ByteBuffer, CompletableFuture<Verdict>> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ThreadPoolExecutor worker;
    private final boolean inline;

    public PasswordVerifier(Basic basic) {
        this(basic, false);
    }

    /// Computes on the caller's thread: no other request waits for it.
    public static PasswordVerifier inline(Basic basic) {
        return new PasswordVerifier(basic, true);
    }

    private PasswordVerifier(Basic basic, boolean inline) {
        this.inline = inline;
        user = new Secret(basic.username());
        credential = basic.credential();
        previous = basic.previous();
        worker = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), task -> {
            Thread thread = new Thread(task, "seawall-password");
            thread.setDaemon(true);
            return thread;
        });
        worker.allowCoreThreadTimeOut(true);
    }

    /// Done at once where nothing has to be computed.
    ///
    /// @param places asked where a hash has to be computed; without a place the answer is that we are busy
    public CompletableFuture<Verdict> verify(BasicCredentials offered, PendingGuess.Places places, InetAddress client) {
        if (credential instanceof Credential.Plain && !(previous.orElse(null) instanceof Credential.Hashed)) {
            Result result = compare(offered);
            boolean right = result == Result.RIGHT || result == Result.RIGHT_BEFORE;
            return Verdict.done(result, right ? 0 : Fingerprints.shortened(fingerprint(offered)));
        }
        byte[] fingerprint = fingerprint(offered);
        ByteBuffer key = ByteBuffer.wrap(fingerprint).asReadOnlyBuffer();
        Result known = confirmed.getIfPresent(key);
        if (known != null) {
            return Verdict.done(known, 0);
        }
        long shortened = Fingerprints.shortened(fingerprint);
        if (places.knows(Layer.BASIC, client, shortened)) {
            return Verdict.done(Result.REPEATED, shortened);
        }
        if (inline) {
            return places.take(Layer.BASIC, client, shortened)
                    .map(place -> CompletableFuture.completedFuture(compute(offered, key, place))).orElse(Verdict.BUSY);
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return Verdict.BUSY;
        }
        boolean[] first = new boolean[1];
        CompletableFuture<Verdict> verdict = underWay.computeIfAbsent(key, _ -> {
            first[0] = true;
            return begin(offered, key, places.take(Layer.BASIC, client, shortened));
        });
        CompletableFuture<Verdict> answer = verdict == null ? Verdict.BUSY : verdict;
        answer.whenComplete((_, _) -> waiting.decrementAndGet());
        return first[0] ? answer : answer.thenApply(Verdict::shared);
    }

    /// Null where it cannot be begun.
    private @Nullable CompletableFuture<Verdict> begin(BasicCredentials offered, ByteBuffer key,
            Optional<PendingGuess> place) {
        if (place.isEmpty()) {
            return null;
        }
        try {
            return CompletableFuture.supplyAsync(() -> compute(offered, key, place.get()), worker);
        } catch (RejectedExecutionException e) {
            place.get().free();
            return null;
        }
    }

    /// On the worker: the guess of a client that has left meanwhile counts as well.
    private Verdict compute(BasicCredentials offered, ByteBuffer key, PendingGuess place) {
        boolean settled = false;
        try {
            Result result = compare(offered);
            if (result == Result.RIGHT || result == Result.RIGHT_BEFORE) {
                confirmed.put(key, result);
                return new Verdict(result, Decision.Counting.NOT_YET, 0);
            }
            settled = true;
            return new Verdict(result, place.wrong(), key.getLong(0));
        } finally {
            if (!settled) {
                place.free();
            }
            underWay.remove(key);
        }
    }

    /// Everything is computed before anything is answered, unless the answer is yes: so that a no takes the same time
    /// whatever was wrong.
    private Result compare(BasicCredentials offered) {
        boolean rightUser = user.matches(offered.user().getBytes(StandardCharsets.UTF_8));
        boolean right = matches(credential, offered);
        if (rightUser && right) {
            return Result.RIGHT;
        }
        boolean rightBefore = previous.isPresent() && matches(previous.get(), offered);
        return rightUser ? rightBefore ? Result.RIGHT_BEFORE : Result.WRONG_PASSWORD : Result.UNKNOWN_USER;
    }

    private static boolean matches(Credential credential, BasicCredentials offered) {
        return switch (credential) {
            case Credential.Plain(Secret password) -> password.matches(offered.password());
            case Credential.Hashed(var hash) -> HashCheck.matches(hash, offered.password());
        };
    }

    private byte[] fingerprint(BasicCredentials offered) {
        // an empty password is no Secret, and no right password either
        byte[] user = Digests.sha256(offered.user().getBytes(StandardCharsets.UTF_8));
        return fingerprints.of(Digests.sha256(user, offered.password()));
    }

    @Override
    public void close() {
        worker.shutdownNow();
        confirmed.invalidateAll();
    }
}
