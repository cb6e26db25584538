package io.seawall.proxy.diagnose.facts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.seawall.host.BoundedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Parses the JSON5 files of one folder that another user writes, the agent for example, under one budget for all of
/// them: the result is on the heap of the serving process. All bounds together keep it below 8 MiB
/// (`OpenClawTest.holdsLessThan8MiB`).
final class UntrustedFiles {
    static final int LARGEST = 512 * 1024;
    static final int MOST_BYTES = 1024 * 1024;
    static final int MOST_FILES = 16;
    static final int MOST_TOKENS = 20_000;

    private static final int DEEPEST = 64;
    private static final int LONGEST_NAME = 1_024;

    private int bytes = MOST_BYTES;
    private int files = MOST_FILES;
    private int tokens = MOST_TOKENS;

    /// The file is more than is looked at.
    static final class Spent extends IOException {}

    /// @throws IOException where it cannot be read, is no regular file, no JSON5, or too much
    JsonNode read(Path file) throws IOException {
        if (files-- <= 0 || bytes <= 0 || tokens <= 0) {
            throw new Spent();
        }
        byte[] content = BoundedFile.bytes(file, Math.min(LARGEST, bytes));
        bytes -= content.length;
        // a parser of its own, because the number of tokens that are left belongs to it, and so that nothing of what it
        // has seen (names, buffers) outlives it
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST)
                        .maxNameLength(LONGEST_NAME).maxStringLength(LARGEST).maxNumberLength(100)
                        .maxTokenCount(tokens).build())
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.USE_THREAD_LOCAL_FOR_BUFFER_RECYCLING)
                .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES).enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
                .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
                .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
                .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();
        // decoded here: Jackson would guess UTF-16 and UTF-32 out of bytes
        try (JsonParser parser = factory.createParser(
                new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8.newDecoder()))) {
            JsonNode tree = JsonMapper.builder(factory).build().readTree(parser);
            boolean ends = parser.nextToken() == null;
            tokens -= (int) Math.min(tokens, parser.currentTokenCount());
            if (!ends) {
                throw new IOException("more behind the value");
            }
            return tree == null ? MissingNode.getInstance() : tree;
        } catch (IOException e) {
            tokens -= Math.min(tokens, 1_000); // the number of failures is bounded
            throw e;
        }
    }
}
