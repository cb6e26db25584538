package io.seawall.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The seeds of a fuzz test lie in the resources of its package, in `CLASSInputs/METHOD`. Where the class was moved and they
/// were not, Jazzer finds none and says nothing.
class FuzzSeedsTest {
    private static final String SUFFIX = "Inputs";

    @Test
    void areWhereTheirTestLooksForThem() throws Exception {
        List<String> lost = new ArrayList<>();
        int seeds = 0;
        for (Path resources : List.of(Path.of("src/test/resources"), Path.of("../config/src/test/resources"),
                Path.of("../certs/src/test/resources"))) {
            for (Path folder : folders(resources)) {
                Path test = resources.resolveSibling("java").resolve(resources.relativize(folder).getParent())
                        .resolve(folder.getFileName().toString().replace(SUFFIX, ".java"));
                if (!Files.exists(test)) {
                    lost.add(folder + ": there is no " + test);
                    continue;
                }
                seeds += look(folder, fuzzMethods(Files.readString(test)), lost);
            }
        }
        assertEquals(List.of(), lost);
        assertTrue(seeds > 50, seeds + " seeds seen");
    }

    /// The same of this module, by what the classes themselves say.
    @Test
    void areThoseOfAMethodThatIsFuzzed() throws Exception {
        Path resources = Path.of("src/test/resources");
        for (Path folder : folders(resources)) {
            String name = resources.relativize(folder).toString().replace('/', '.').replaceFirst(SUFFIX + "$", "");
            Set<String> fuzzed = Arrays.stream(Class.forName(name).getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(FuzzTest.class)).map(Method::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
            try (var methods = Files.list(folder)) {
                methods.map(method -> String.valueOf(method.getFileName()))
                        .forEach(method -> assertTrue(fuzzed.contains(method), name + "." + method));
            }
        }
    }

    private static List<Path> folders(Path resources) throws IOException {
        if (!Files.isDirectory(resources)) {
            return List.of();
        }
        try (var all = Files.walk(resources)) {
            return all.filter(Files::isDirectory)
                    .filter(folder -> String.valueOf(folder.getFileName()).endsWith("Test" + SUFFIX)).toList();
        }
    }

    private static int look(Path folder, Set<String> fuzzed, List<String> lost) throws IOException {
        int seeds = 0;
        try (var methods = Files.list(folder)) {
            for (Path method : methods.toList()) {
                if (!fuzzed.contains(String.valueOf(method.getFileName()))) {
                    lost.add(method + ": nothing of that name is fuzzed");
                }
                try (var files = Files.list(method)) {
                    seeds += (int) files.count();
                }
            }
        }
        return seeds;
    }

    private static Set<String> fuzzMethods(String source) {
        Set<String> names = new TreeSet<>();
        for (int at = source.indexOf("@FuzzTest"); at >= 0; at = source.indexOf("@FuzzTest", at + 1)) {
            int name = source.indexOf("void ", at) + "void ".length();
            names.add(source.substring(name, source.indexOf('(', name)));
        }
        return names;
    }
}
