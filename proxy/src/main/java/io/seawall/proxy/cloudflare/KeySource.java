package io.seawall.proxy.cloudflare;

import io.seawall.config.Config;
import io.seawall.host.BoundedFile;
import io.seawall.host.PrivateFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Where a JWKS comes from: a file, or an address. Bounded in size and, over the network, in time.
public final class KeySource implements AutoCloseable {
    private static final Duration TIME = Duration.ofSeconds(10);

    private final Config.Access.Keys from;
    private final Optional<HttpClient> http;

    public KeySource(Config.Access.Keys from) {
        this.from = from;
        http = switch (from) {
            case Config.Access.Keys.Pinned _ -> Optional.empty();
            // no redirects: the keys are where the operator said, or nowhere
            case Config.Access.Keys.Fetched _ -> Optional.of(HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(TIME.dividedBy(2)).build());
        };
    }

    /// Why a pinned file cannot be used; empty where it can, and for an address.
    public static Optional<String> objection(Config.Access.Keys from) {
        if (from instanceof Config.Access.Keys.Pinned(Path file)) {
            try {
                SigningKeys.parse(bytes(file));
            } catch (PrivateFile.RefusedException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            } catch (BoundedFile.UnfitException e) {
                return Optional.of(file + " " + e.words());
            } catch (IOException e) {
                return Optional.of(file + " cannot be read");
            } catch (IllegalArgumentException e) {
                return Optional.of(file + " is no key set: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    /// The bytes, or an exception that says why not. May block.
    CompletableFuture<byte[]> read() {
        return switch (from) {
            case Config.Access.Keys.Pinned(Path file) -> {
                try {
                    yield CompletableFuture.completedFuture(bytes(file));
                } catch (IOException e) {
                    yield CompletableFuture.failedFuture(e);
                }
            }
            case Config.Access.Keys.Fetched(URI address) -> fetch(http.orElseThrow(), address);
        };
    }

    private static byte[] bytes(Path file) throws IOException {
        Optional<PrivateFile.Fault> fault = PrivateFile.decisive(file);
        if (fault.isPresent()) {
            throw new PrivateFile.RefusedException(file, fault.get());
        }
        return BoundedFile.bytes(file, SigningKeys.LARGEST);
    }

    private static CompletableFuture<byte[]> fetch(HttpClient http, URI address) {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(TIME).header("Accept", "application/json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request, HttpResponse.BodyHandlers
                .limiting(HttpResponse.BodyHandlers.ofByteArray(), SigningKeys.LARGEST));
        // the request's own time ends with the head of the answer
        return answer.copy().orTimeout(TIME.toSeconds(), TimeUnit.SECONDS).whenComplete((response, failure) -> {
            if (failure != null) {
                answer.cancel(true);
            }
        }).thenApply(response -> {
            if (response.statusCode() != 200) {
                throw new IllegalArgumentException("status " + response.statusCode() + " (expected: 200)");
            }
            return response.body();
        });
    }

    @Override
    public String toString() {
        return switch (from) {
            case Config.Access.Keys.Pinned(Path file) -> file.toString();
            case Config.Access.Keys.Fetched(URI address) -> address.toString();
        };
    }

    @Override
    public void close() {
        http.ifPresent(HttpClient::shutdownNow);
    }
}
