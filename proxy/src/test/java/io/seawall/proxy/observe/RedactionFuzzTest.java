package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.seawall.config.Secret;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

class RedactionFuzzTest {
    private static final List<String> SECRETS = List.of("k2v9QzR4mT7xW1bN6cY3hJ", "seven calm otters", "ab/cd+ef/gh=");
    private static final Redaction REDACTION = new Redaction(SECRETS.stream().map(Secret::new).toList());

    /// @param text in which the first `*` stands for a secret
    @FuzzTest
    void showsNoSecretInWhateverText(byte[] text) {
        String around = new String(text, StandardCharsets.ISO_8859_1);
        for (String secret : SECRETS) {
            for (String written : List.of(secret, url(secret), url(url(secret)), base64("admin:" + secret),
                    base64(secret), url(base64("admin:" + secret)), everyByte(secret))) {
                // in a request line there is no blank
                String there = written.replace(" ", "%20");
                int star = around.indexOf('*');
                String target = "/" + (star < 0
                        ? around + there
                        : around.substring(0, star) + there + around.substring(star + 1));
                String shown = REDACTION.of(new RequestHead("GET", target, "localhost", Persistence.KEPT, Headers.EMPTY,
                        Body.NONE));
                assertFalse(shown.contains(written) || shown.contains(there) || shown.contains(secret),
                        () -> target + " is shown as " + shown);
                assertTrue(shown.startsWith("/") && shown.length() <= 513, shown);
            }
        }
    }

    private static String url(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String everyByte(String text) {
        StringBuilder encoded = new StringBuilder();
        text.chars().forEach(c -> encoded.append('%').append(Integer.toHexString(c)));
        return encoded.toString();
    }
}
