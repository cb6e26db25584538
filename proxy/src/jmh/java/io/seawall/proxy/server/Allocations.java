package io.seawall.proxy.server;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/// How many bytes of heap each benchmark's operation allocates on the thread that runs it, compared with the record, or
/// recorded. Nothing is timed. It must run without the better compiler, which leaves out allocations when it sees fit:
/// then a number is that of the code as it is written, the same in every run.
final class Allocations {
    private static final int WARM_UP = 3_000;
    private static final int OPERATIONS = 1_000;
    private static final int ROUNDS = 5;
    private static final Object[] NO_ARGUMENTS = {};

    private Allocations() {}

    /// @param arguments `check` or `record`, and the file
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        Map<String, Long> seen = measure();
        if (arguments[0].equals("record")) {
            record(file, seen);
            System.out.println("allocations: " + seen.size() + " recorded");
            return;
        }
        List<String> more = new ArrayList<>();
        List<String> less = new ArrayList<>();
        compare(read(file), seen, more, less);
        less.forEach(System.out::println);
        more.forEach(System.out::println);
        System.out.println("allocations: " + seen.size() + " compared, " + more.size() + " too high, " + less.size()
                + " lower than recorded" + (more.isEmpty() && less.isEmpty()
                        ? ""
                        : " (where it is meant: proxy/src/jmh/run --record)"));
        if (!more.isEmpty()) {
            System.exit(1);
        }
    }

    private static void compare(Map<String, Long> recorded, Map<String, Long> seen, List<String> more,
            List<String> less) {
        Set<String> names = new TreeSet<>(recorded.keySet());
        names.addAll(seen.keySet());
        for (String name : names) {
            Long before = recorded.get(name);
            Long now = seen.get(name);
            if (before == null || now == null) {
                more.add(name + (now == null ? ": recorded, but there is no such benchmark" : ": not recorded"));
                continue;
            }
            // lines differ in their length by the digits of a time
            long tolerance = Math.max(8, before / 100);
            if (Math.abs(now - before) > tolerance) {
                (now > before ? more : less).add("%s: %,d bytes per operation (recorded: %,d, tolerance %d)"
                        .formatted(name, now, before, tolerance));
            }
        }
    }

    private static Map<String, Long> measure() throws ReflectiveOperationException {
        Map<String, Long> seen = new TreeMap<>();
        for (BenchmarkListEntry entry : BenchmarkList.defaultList().getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())) {
            String name = entry.getUsername();
            Class<?> type = Class.forName(entry.getUserClassQName());
            Object benchmark = type.getConstructor().newInstance();
            try {
                seen.put(name.substring("io.seawall.".length()),
                        bytes(benchmark, type.getMethod(name.substring(name.lastIndexOf('.') + 1))));
            } finally {
                for (Method method : type.getMethods()) {
                    if (method.isAnnotationPresent(TearDown.class)) {
                        method.invoke(benchmark);
                    }
                }
            }
        }
        return seen;
    }

    /// The least of some averages: pools grow, and clocks tick, in some and not in others.
    private static long bytes(Object benchmark, Method operation) throws ReflectiveOperationException {
        repeat(benchmark, operation, WARM_UP);
        long least = Long.MAX_VALUE;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            repeat(benchmark, operation, OPERATIONS);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return Math.round((double) least / OPERATIONS);
    }

    private static void repeat(Object benchmark, Method operation, int times) throws ReflectiveOperationException {
        for (int i = 0; i < times; i++) {
            operation.invoke(benchmark, NO_ARGUMENTS);
        }
    }

    private static Map<String, Long> read(Path file) throws IOException {
        Map<String, Long> recorded = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("#")) {
                int space = line.indexOf(' ');
                recorded.put(line.substring(0, space), Long.valueOf(line.substring(space + 1).strip()));
            }
        }
        return recorded;
    }

    private static void record(Path file, Map<String, Long> seen) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "# Bytes of heap that one operation of each benchmark allocates, as the code is written: nothing is left out by",
                "# the compiler. Written by proxy/src/jmh/run --record, compared by --check."));
        seen.forEach((name, bytes) -> lines.add("%-45s %6d".formatted(name, bytes)));
        Files.write(file, lines);
    }
}
