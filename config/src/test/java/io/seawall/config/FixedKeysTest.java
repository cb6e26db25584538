package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FixedKeysTest {

    @Test
    void theReadmeNamesThem() throws IOException {
        String readme = Files.readString(Path.of("README.md")).replaceAll("\\s+", " ");
        String list = readme.substring(readme.indexOf("**These keys need a restart**"));
        String sentence = list.substring(0, list.indexOf("## Rotating a secret"));
        assertEquals(List.of(),
                Arrays.stream(Key.values()).filter(key -> key.isFixed() != sentence
                        .contains("`" + key.variable().replaceFirst("(SEAWALL_ACME_).*", "$1*") + "`")).toList());
    }
}
