package io.seawall.proxy.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.proxy.credential.Decision.Reason;
import io.seawall.proxy.http.Rejection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerTest {
    @ParameterizedTest
    @CsvSource({"BUSY, 2", "ACCESS_UNAVAILABLE, 10"})
    void saysWhenToTryAgainWhereItCannotDecide(Reason reason, String seconds) {
        Rejection rejection = Layer.BASIC.rejection(reason, "/");
        assertEquals(503, rejection.status());
        assertEquals(seconds, rejection.headers().get("Retry-After", ""));
    }
}
