package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentEncodingTest {
    @ParameterizedTest
    @CsvSource({"a, a", "a%20b, a b", "%41%62, Ab", "%2541, %41", "%c3%a4, ä", "ä%2Fö, ä/ö", "%, %", "%4, %4",
        "a%4, a%4",
        "%zz, %zz", "%4z, %4z", "%z4, %z4", "%%41, %A", "100%25, 100%"})
    void isReadOnce(String text, String decoded) {
        assertEquals(decoded, PercentEncoding.decode(text));
    }

    @Test
    void tellsAByteOrThatThereIsNone() {
        byte[] text = "%fF%0".getBytes(StandardCharsets.US_ASCII);
        assertEquals(0xff, PercentEncoding.escapedAt(text, 0));
        assertEquals(-1, PercentEncoding.escapedAt(text, 1));
        assertEquals(-1, PercentEncoding.escapedAt(text, 3));
    }
}
