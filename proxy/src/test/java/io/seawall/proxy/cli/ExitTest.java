package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.Problem;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitTest {
    @ParameterizedTest
    @CsvSource({"CONFIGURATION, 2", "UPSTREAM, 3", "UPSTREAM UPSTREAM, 3", "UPSTREAM CONFIGURATION, 2"})
    void is3WhereAllThatIsWrongIsTheUpstreams(String kinds, int code) {
        assertEquals(code, Exit.of(Arrays.stream(kinds.split(" ", -1))
                .map(kind -> new Problem(Problem.Kind.valueOf(kind), "KEY", "found", "expected", "fix")).toList()));
    }
}
