package io.seawall.certs.acme;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;

/// The library's own connection, with bounds: a response is bounded in time and in bytes, every request uses TLS, and
/// `Retry-After` counts whatever the response is otherwise.
final class AcmeConnection extends DefaultConnection {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /// A chain or an order of many names has some 20 KiB; what is parsed of one takes twenty times its bytes.
    private static final int LARGEST_ANSWER = 128 * 1024;

    private final Consumer<Instant> retryAfter;
    private final Clock clock;

    /// @param retryAfter receives the time before which the CA does not want another request, whenever it refuses one
    AcmeConnection(HttpConnector connector, Consumer<Instant> retryAfter, Clock clock) {
        super(connector);
        this.retryAfter = retryAfter;
        this.clock = clock;
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body) throws IOException {
        if (!url.getProtocol().equals("https")) {
            throw new IOException("the CA names a URL without TLS");
        }
        HttpRequest.Builder request = httpConnector.createRequestBuilder(url).header("Accept-Language", "en");
        body.accept(request);
        HttpResponse.BodyHandler<InputStream> whole = head -> HttpResponse.BodySubscribers
                .mapping(HttpResponse.BodySubscribers.ofByteArray(), ByteArrayInputStream::new);
        CompletableFuture<HttpResponse<InputStream>> answer = httpClient.sendAsync(request.build(),
                HttpResponse.BodyHandlers.limiting(whole, LARGEST_ANSWER));
        try {
            HttpResponse<InputStream> response = answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            lastResponse = response;
            if (response.statusCode() >= 400) {
                response.headers().firstValue("Retry-After").flatMap(this::instant).ifPresent(retryAfter);
            }
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer within " + TIMEOUT.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    private Optional<Instant> instant(String header) {
        if (header.matches("[0-9]{1,9}")) {
            return Optional.of(clock.instant().plusSeconds(Long.parseLong(header)));
        }
        try {
            return Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
