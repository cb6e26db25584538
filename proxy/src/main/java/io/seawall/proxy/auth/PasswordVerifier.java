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
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Compares user and password with the configured ones. A hash is computed off the event loop by one bounded worker;
/// what it confirmed is remembered for a while under a keyed digest, so that only the first request pays. An unknown
/// user takes the same path as a wrong password, in the same time.
public final class PasswordVerifier implements AutoCloseable {
    private static final int QUEUE = 64;

    /// What a comparison came to.
    public enum Result {
        RIGHT, RIGHT_BEFORE, UNKNOWN_USER, WRONG_PASSWORD, BUSY
    }

    private final Secret user;
    private final Credential credential;
    private final Optional<Credential> previous;
    private final byte[] cacheKey = new byte[32];
    private final Cache<ByteBuffer, Result> confirmed = Caffeine.newBuilder().maximumSize(256)
            .expireAfterWrite(Duration.ofMinutes(10)).executor(Runnable::run).build();
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

    /// Done at once where nothing has to be computed; never fails.
    CompletableFuture<Result> verify(BasicCredentials offered) {
        if (credential instanceof Credential.Plain && !(previous.orElse(null) instanceof Credential.Hashed)) {
            return CompletableFuture.completedFuture(compare(offered));
        }
        ByteBuffer key = digest(offered);
        Result known = confirmed.getIfPresent(key);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        try {
            return CompletableFuture.supplyAsync(() -> {
                Result result = compare(offered);
                if (result == Result.RIGHT || result == Result.RIGHT_BEFORE) {
                    confirmed.put(key, result);
                }
                return result;
            }, worker);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Result.BUSY);
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
