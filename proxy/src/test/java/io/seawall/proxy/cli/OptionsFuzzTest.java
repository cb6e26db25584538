package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class OptionsFuzzTest {
    private static final Option JSON = Option.flag("--json");
    private static final Option URL = Option.valued("--url", "an address");
    private static final Option HEADER = Option.valued("--header", "'Name: value'").withLetter("-H").repeatable();

    /// Words, one a line: the line is refused in a sentence, or written anew from what was read it reads the same.
    @FuzzTest
    void readsTheSameFromWhatItHasRead(byte[] bytes) throws UsageException {
        List<String> words = List.of(new String(bytes, StandardCharsets.UTF_8).split("\n", -1));
        Options read;
        try {
            read = Options.parse(words, List.of(JSON, URL, HEADER), Integer.MAX_VALUE);
        } catch (UsageException e) {
            assertTrue(String.valueOf(e.getMessage()).matches("(?s)(unknown option|-).*"), e.getMessage());
            return;
        }
        List<String> again = new ArrayList<>();
        read.value(URL).ifPresent(url -> again.add("--url=" + url));
        // -H=… is refused as a mistake, and -… behind -H is the next option
        read.values(HEADER).forEach(header -> again.addAll(header.startsWith("=")
                ? List.of("-H", header)
                : List.of("-H" + header)));
        if (read.has(JSON)) {
            again.add("--json");
        }
        again.add("--");
        again.addAll(read.arguments());
        Options same = Options.parse(again, List.of(JSON, URL, HEADER), Integer.MAX_VALUE);
        assertEquals(read.has(JSON), same.has(JSON));
        assertEquals(read.value(URL), same.value(URL));
        assertEquals(read.values(HEADER), same.values(HEADER));
        assertEquals(read.arguments(), same.arguments());
        int options = (read.has(JSON) ? 1 : 0) + (read.has(URL) ? 1 : 0) + read.values(HEADER).size();
        assertTrue(read.arguments().size() + options <= words.size()
                && words.size() <= read.arguments().size() + 2 * options + 1, "each word is something");
    }
}
