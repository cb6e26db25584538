package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFactsTest {
    @TempDir
    private Path proc = Path.of("");

    private ProcessFacts read(String status) throws IOException {
        Files.writeString(Files.createDirectories(proc.resolve("self")).resolve("status"), status);
        return ProcessFacts.read(proc);
    }

    @Test
    void areTheEffectiveOnes() throws IOException {
        ProcessFacts facts = read(
                "Name:\tjava\nUid:\t1000\t1001\t1002\t1003\nCapEff:\t0000000000000400\nNoNewPrivs:\t1\n");
        assertEquals(OptionalLong.of(1001), facts.effectiveUid());
        assertEquals(1L << 10, facts.capabilities());
        assertEquals(Optional.of("1"), facts.field("NoNewPrivs"));
        assertEquals(Optional.empty(), facts.field("NoNew"));
    }

    @Test
    void readAllCapabilitiesOfRoot() throws IOException {
        assertEquals(-1, read("CapEff:\tffffffffffffffff\n").capabilities());
    }

    @Test
    void areUnknownWhereNothingIsTold() throws IOException {
        assertEquals(OptionalLong.empty(), ProcessFacts.read(proc.resolve("none")).effectiveUid());
        assertEquals(OptionalLong.empty(), read("Uid:\t1000\nCapEff:\tmuch\n").effectiveUid());
        assertEquals(0, read("Uid:\tnobody\tnobody\nCapEff:\tmuch\n").capabilities());
    }
}
