package io.seawall.proxy.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.seawall.config.Operation;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Writes log lines from a thread of its own: a slow reader of the output delays no request, but loses lines, as does
/// an output that is closed or full; the number of lost ones is the next line that can be written. One event is one
/// line whatever it contains: control bytes are escaped. The level may change at any time; of a flood of failures it
/// writes some, and how many more there were ([LineBudget]).
public final class Journal implements AutoCloseable {
    private static final int CAPACITY = 16_384;
    // a line has a path of up to 8 KiB, and the reader of the output may stand still
    private static final int MOST_CHARACTERS = 2 * 1024 * 1024;
    private static final int BATCH_CHARACTERS = 64 * 1024;
    private static final JsonFactory JSON = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final OutputStream out;
    private final boolean json;
    private final Thread writer;
    private final LineBudget budget;
    private volatile System.Logger.Level least = System.Logger.Level.INFO;
    private volatile boolean closed;
    private boolean broken; // the writer's alone

    public Journal(OutputStream out, Operation.LogFormat format) {
        this(out, format, System::nanoTime);
    }

    /// @param out one that throws, unlike a [java.io.PrintStream], so that lines it did not take are counted
    /// @param nanos a clock like [System#nanoTime()], for the budgets
    public Journal(OutputStream out, Operation.LogFormat format, LongSupplier nanos) {
        this.out = out;
        budget = new LineBudget(nanos);
        json = switch (format) {
            case JSON -> true;
            case TEXT -> false;
            case AUTO -> !onTerminal();
        };
        writer = new Thread(this::write, "seawall-journal");
        writer.setDaemon(true);
        writer.start();
    }

    /// Null is an answer: which console there is changed with nearly every release of the JDK.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }

    /// From now on only lines of that level or above; but failures to log in always, because bans hang on them, and
    /// what lines there would have been. There is nothing below INFO.
    public void level(System.Logger.Level level) {
        least = level;
    }

    System.Logger.Level level() {
        return least;
    }

    boolean isWanted(System.Logger.Level level) {
        return level.getSeverity() >= least.getSeverity();
    }

    /// @param fields values are strings, numbers or booleans; they must not be secret
    public void log(System.Logger.Level level, String message, Map<String, Object> fields) {
        if (isWanted(level)) {
            write(level, message, fields);
        }
    }

    /// A line that an unauthenticated client can cause any number of times.
    ///
    /// @param client the client whose budget it uses, besides that of all
    void log(LineBudget.Kind kind, Object client, System.Logger.Level level, String message,
            Map<String, Object> fields) {
        boolean always = kind == LineBudget.Kind.AUTH_FAILURE || kind == LineBudget.Kind.NO_GUESS;
        if ((always || isWanted(level)) && permits(kind, client)) {
            write(level, message, fields);
        }
    }

    /// Whether one more line of the kind may be written for the client; if not, it is counted.
    boolean permits(LineBudget.Kind kind, Object client) {
        return budget.take(kind, client);
    }

    private void write(System.Logger.Level level, String message, Map<String, Object> fields) {
        String line = line(level, message, fields);
        if (queued.addAndGet(line.length()) > MOST_CHARACTERS || !lines.offer(line)) {
            queued.addAndGet(-line.length());
            dropped.incrementAndGet();
        }
    }

    /// Lines lost since the start because the output was too slow, closed or full.
    public long dropped() {
        return dropped.get();
    }

    /// Lines of the kind that were only counted, since the start.
    long suppressed(LineBudget.Kind kind) {
        return budget.suppressed(kind);
    }

    private String line(System.Logger.Level level, String message, Map<String, Object> fields) {
        return json ? json(level, message, fields) : text(level, message, fields);
    }

    static String json(System.Logger.Level level, String message, Map<String, Object> fields) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator generator = JSON.createGenerator(line)) {
            generator.writeStartObject();
            generator.writeStringField("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
            generator.writeStringField("level", level.getName());
            generator.writeStringField("message", message);
            for (Map.Entry<String, Object> field : fields.entrySet()) {
                generator.writePOJOField(field.getKey(), field.getValue());
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // the one control byte that JSON lets stand as it is
        return line.toString().replace("\u007f", "\\u007F");
    }

    static String text(System.Logger.Level level, String message, Map<String, Object> fields) {
        StringBuilder line = new StringBuilder(Text.CLOCK.format(Instant.now())).append(' ').append(level.getName())
                .append(' ')
                .append(message);
        fields.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
        return line.toString().replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }

    private void write() {
        long reported = 0;
        try {
            while (!closed || !lines.isEmpty()) {
                String line = lines.poll(200, TimeUnit.MILLISECONDS);
                StringBuilder batch = new StringBuilder();
                int count = 0;
                while (line != null) {
                    queued.addAndGet(-line.length());
                    batch.append(line).append('\n');
                    count++;
                    line = batch.length() < BATCH_CHARACTERS ? lines.poll() : null;
                }
                // neither of these through the queue, which is full just then
                long now = dropped.get();
                if (now > reported && !(broken && count == 0)) {
                    batch.append(line(System.Logger.Level.WARNING, "log lines dropped",
                            Map.of("lines", now - reported))).append('\n');
                }
                tell(budget.due(), batch);
                if (flush(batch, count)) {
                    reported = now;
                }
            }
            StringBuilder end = new StringBuilder();
            tell(budget.rest(), end);
            flush(end, 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(List<LineBudget.Summary> summaries, StringBuilder batch) {
        for (LineBudget.Summary summary : summaries) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("kind", summary.kind().label());
            fields.put("count", summary.count());
            fields.put("seconds", summary.seconds());
            batch.append(line(System.Logger.Level.WARNING, "lines suppressed", fields)).append('\n');
        }
    }

    /// Whether the output took it; what it did not take is lost, and the next attempt is the next batch's.
    private boolean flush(StringBuilder batch, int count) {
        if (batch.isEmpty()) {
            return false;
        }
        try {
            out.write(batch.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
            broken = false;
        } catch (IOException e) {
            dropped.addAndGet(count);
            broken = true;
        }
        return !broken;
    }

    /// Writes what is queued.
    @Override
    public void close() {
        closed = true;
        try {
            writer.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Apart, because lines of JSON need no time zone, and to find one out takes a start some time.
    private static final class Text {
        static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS")
                .withZone(ZoneId.systemDefault());
    }
}
