package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @Test
    void leavesAPathAsItIs() {
        assertEquals("/var/lib/seawall/a-b_c.pem", ShellWord.of(java.nio.file.Path.of("/var/lib/seawall/a-b_c.pem")));
    }

    @ParameterizedTest
    @DisabledOnOs(OS.WINDOWS)
    @ValueSource(strings = {"", "-rf", "a b", "x'; echo owned; '", "$(id)", "`id`", "a\nb", "\\", "*", "~", "é"})
    void isOneWordToAShell(String text) throws Exception {
        Process shell = new ProcessBuilder(List.of("sh", "-c", "printf '[%s]' " + ShellWord.of(text))).start();
        assertEquals("[" + text + "]", new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
