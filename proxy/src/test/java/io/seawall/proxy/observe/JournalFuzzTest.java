package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class JournalFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @FuzzTest
    void writesOneLineWhateverItSays(byte[] bytes) throws JsonProcessingException {
        // UTF-16, so that lone surrogates are among them
        for (String text : new String[]{new String(bytes, StandardCharsets.UTF_8),
            new String(bytes, StandardCharsets.UTF_16BE), new String(bytes, StandardCharsets.ISO_8859_1)}) {
            Map<String, Object> fields = Map.of("path", text);
            String json = Journal.json(System.Logger.Level.INFO, text, fields);
            checkLine(json);
            JsonNode read = JSON.readTree(json);
            assertEquals(4, read.size());
            assertEquals(text, read.get("path").textValue());
            assertEquals(text, read.get("message").textValue());
            checkLine(Journal.text(System.Logger.Level.INFO, text, fields));
        }
    }

    /// Read as a terminal or as a reader of lines would.
    private static void checkLine(String line) {
        String sent = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertEquals(1, sent.lines().count());
        assertTrue(sent.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029
                || Character.getType(c) == Character.FORMAT), sent);
    }
}
