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
        RIGHT, UNKNOWN_USER, WRONG_PASSWORD, BUSY
    }

    private final Secret user;
    private final Credential credential;
    private final byte[] cacheKey = new byte[32];
    private final Cache<ByteBuffer, Boolean> confirmed = Caffeine.newBuilder().maximumSize(256)
            .expireAfterWrite(Duration.ofMinutes(10)).executor(Runnable::run).build();
    private final ThreadPoolExecutor worker;

    public PasswordVerifier(Basic basic) {
        user = new Secret(basic.username());
        credential = basic.credential();
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
        boolean rightUser = user.matches(offered.user().getBytes(StandardCharsets.UTF_8));
        return switch (credential) {
            case Credential.Plain(Secret password) -> CompletableFuture
                    .completedFuture(result(rightUser, password.matches(offered.password())));
            case Credential.Hashed(var hash) -> {
                ByteBuffer key = digest(offered);
                if (confirmed.getIfPresent(key) != null) {
                    yield CompletableFuture.completedFuture(Result.RIGHT);
                }
                try {
                    yield CompletableFuture.supplyAsync(() -> {
                        Result result = result(rightUser, HashCheck.matches(hash, offered.password()));
                        if (result == Result.RIGHT) {
                            confirmed.put(key, true);
                        }
                        return result;
                    }, worker);
                } catch (RejectedExecutionException e) {
                    yield CompletableFuture.completedFuture(Result.BUSY);
                }
            }
        };
    }

    private static Result result(boolean rightUser, boolean rightPassword) {
        // both were computed before this, so the answer takes the same time for each
        return rightUser ? rightPassword ? Result.RIGHT : Result.WRONG_PASSWORD : Result.UNKNOWN_USER;
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
