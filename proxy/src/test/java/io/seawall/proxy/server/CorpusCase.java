package io.seawall.proxy.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// One line of a corpus file: bytes of a client, or of the gateway, and what should become of them.
///
/// @param wire Latin-1, a char a byte
/// @param expect `ok`, `error`, `incomplete`, `answered`, or blank where only agreement is asked for
/// @param messages how many are whole before the error, or in all
public record CorpusCase(String id, String wire, boolean answer, String expect, int messages) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static List<CorpusCase> read(Path file) {
        List<CorpusCase> cases = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                cases.add(of(JSON.readTree(line)));
            }
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
        return cases;
    }

    private static CorpusCase of(JsonNode node) {
        String wire = node.has("text")
                ? node.path("text").asText()
                : new String(Base64.getDecoder().decode(node.path("b64").asText()), StandardCharsets.ISO_8859_1);
        String kind = node.path("kind").asText("request");
        // a parser told to be lenient, or stopped on the way, says nothing about what is right
        boolean telling = node.path("mode").asText(kind).equals(kind)
                && node.path("pause").asText("null").equals("null");
        String expect = telling ? node.path("expect").asText("") : "";
        return new CorpusCase(node.path("id").asText(), wire, kind.equals("response"), expect,
                node.path("messages").asInt(expect.equals("ok") ? 1 : 0));
    }

    /// With these lines behind the request line. Those that come without a Host get one where asked for.
    public CorpusCase introduced(String cookie, String host) {
        int start = 0;
        while (wire.startsWith("\r\n", start)) {
            start += 2;
        }
        int end = wire.indexOf("\r\n", start);
        if (end < 0) {
            return this;
        }
        boolean named = host.isEmpty() || wire.toLowerCase(Locale.ROOT).contains("\nhost:");
        String lines = (named ? "" : "\r\nHost: " + host) + "\r\nCookie: " + cookie;
        return new CorpusCase(id, wire.substring(0, end) + lines + wire.substring(end), answer, expect, messages);
    }
}
