package io.seawall.proxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.seawall.config.Config.Basic;
import io.seawall.config.Config.Basic.Credential;
import io.seawall.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Compares user and password with the configured ones. A hash is computed off the event loop by one bounded worker, once
/// for all requests that offer the same at the same time, and only for whom the throttle has a [Place]. What it confirmed
/// is remembered for a while under a keyed digest, so that only the first request pays. An unknown user takes the same
/// path as a wrong password, in the same time.
public final class PasswordVerifier implements AutoCloseable {
    private static final int QUEUE = 64;
    private static final int MOST_WAITING = 128;

    /// What a comparison came to.
    public enum Result {
        RIGHT, RIGHT_BEFORE, UNKNOWN_USER, WRONG_PASSWORD, BUSY
    }

    /// @param counting whether the guess, if it was a wrong one, was counted with the comparison
    record Verdict(Result result, Decision.Counting counting) {
        private static final CompletableFuture<Verdict> BUSY = done(Result.BUSY);

        static CompletableFuture<Verdict> done(Result result) {
            return CompletableFuture.completedFuture(new Verdict(result, Decision.Counting.NOT_YET));
        }

        /// For another request that offered the same.
        Verdict shared() {
            return new Verdict(result, Decision.Counting.NOT_YET);
        }
    }

    private final Secret user;
    private final Credential credential;
    private final Optional<Credential> previous;
    private final byte[] cacheKey = new byte[32];
    private final Cache<ByteBuffer, Result> confirmed = Caffeine.newBuilder().maximumSize(256)
            .expireAfterWrite(Duration.ofMinutes(10)).executor(Runnable::run).build();
    private final Map<ByteBuffer, CompletableFuture<Verdict>> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ThreadPoolExecutor worker;

    public PasswordVerifier(Basic basic) {
        user = new Secret(basic.username());
        credential = basic.credential();
        previous = basic.previous();
        new SecureRandom().nextBytes(cacheKey);
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
    CompletableFuture<Verdict> verify(BasicCredentials offered, Supplier<Optional<Place>> places) {
        if (credential instanceof Credential.Plain && !(previous.orElse(null) instanceof Credential.Hashed)) {
            return Verdict.done(compare(offered));
        }
        ByteBuffer key = digest(offered);
        Result known = confirmed.getIfPresent(key);
        if (known != null) {
            return Verdict.done(known);
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return Verdict.BUSY;
        }
        boolean[] first = new boolean[1];
        CompletableFuture<Verdict> verdict = underWay.computeIfAbsent(key, _ -> {
            first[0] = true;
            return begin(offered, key, places);
        });
        CompletableFuture<Verdict> answer = verdict == null ? Verdict.BUSY : verdict;
        answer.whenComplete((_, _) -> waiting.decrementAndGet());
        return first[0] ? answer : answer.thenApply(Verdict::shared);
    }

    /// Null where it cannot be begun.
    private @Nullable CompletableFuture<Verdict> begin(BasicCredentials offered, ByteBuffer key,
            Supplier<Optional<Place>> places) {
        Place place = places.get().orElse(null);
        if (place == null) {
            return null;
        }
        try {
            return CompletableFuture.supplyAsync(() -> compute(offered, key, place), worker);
        } catch (RejectedExecutionException e) {
            place.free();
            return null;
        }
    }

    /// On the worker: whoever has left meanwhile has made his guess all the same.
    private Verdict compute(BasicCredentials offered, ByteBuffer key, Place place) {
        boolean settled = false;
        try {
            Result result = compare(offered);
            if (result == Result.RIGHT || result == Result.RIGHT_BEFORE) {
                confirmed.put(key, result);
                return new Verdict(result, Decision.Counting.NOT_YET);
            }
            settled = true;
            return new Verdict(result, place.wrong() ? Decision.Counting.LOCKED_OUT : Decision.Counting.COUNTED);
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

    private ByteBuffer digest(BasicCredentials offered) {
        // an empty password is no Secret, and no right password either
        byte[] user = MessageDigests.sha256(offered.user().getBytes(StandardCharsets.UTF_8));
        byte[] both = MessageDigests.sha256(user, offered.password());
        return ByteBuffer.wrap(MessageDigests.hmac(cacheKey, both)).asReadOnlyBuffer();
    }

    @Override
    public void close() {
        worker.shutdownNow();
        confirmed.invalidateAll();
    }
}
