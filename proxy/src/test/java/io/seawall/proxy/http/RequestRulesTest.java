package io.seawall.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestRulesTest {
    private static Headers length(String text) {
        return Headers.builder().add("Content-Length", text).build();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10, 999_999_999_999_999_999L})
    void readsALength(long bytes) throws HygieneException {
        assertEquals(new Body.Length(bytes), RequestRules.contentLength(length(Long.toString(bytes))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "01", "+1", "-1", "1 ", "1,1", "0x1", "1e3", "1000000000000000000",
        "99999999999999999999"})
    void refusesALengthThatIsWrittenInAnotherWay(String text) {
        HygieneException refused = assertThrows(HygieneException.class,
                () -> RequestRules.contentLength(length(text)));

        assertEquals(Rule.CONTENT_LENGTH, refused.rule());
    }

    @Test
    void refusesTwoLengthsAlsoWhenTheyAgree() {
        Headers headers = Headers.builder().add("Content-Length", "1").add("content-length", "1").build();

        assertThrows(HygieneException.class, () -> RequestRules.contentLength(headers));
    }
}
