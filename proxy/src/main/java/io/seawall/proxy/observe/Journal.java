package io.seawall.proxy.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.seawall.config.Config;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Writes log lines from a thread of its own: whoever reads our output slowly slows nobody down, but loses lines, and
/// the number of lost ones is the next line. One event is one line whatever it contains: control bytes are escaped.
public final class Journal implements AutoCloseable {
    private static final int CAPACITY = 16_384;
    private static final JsonFactory JSON = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS")
            .withZone(ZoneId.systemDefault());

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final PrintStream out;
    private final boolean json;
    private final Thread writer;
    private volatile boolean closed;

    public Journal(PrintStream out, Config.LogFormat format) {
        this.out = out;
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

    /// @param fields values are strings, numbers or booleans; they must not be secret
    public void log(System.Logger.Level level, String message, Map<String, Object> fields) {
        if (!lines.offer(line(level, message, fields))) {
            dropped.incrementAndGet();
        }
    }

    /// Lines lost since the start because the output was too slow.
    public long dropped() {
        return dropped.get();
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
        StringBuilder line = new StringBuilder(CLOCK.format(Instant.now())).append(' ').append(level.getName())
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
                if (line == null) {
                    continue;
                }
                StringBuilder batch = new StringBuilder();
                for (; line != null; line = lines.poll()) {
                    batch.append(line).append('\n');
                }
                long now = dropped.get();
                if (now > reported) {
                    // not through the queue, which is full just then
                    batch.append(line(System.Logger.Level.WARNING, "log lines dropped",
                            Map.of("lines", now - reported))).append('\n');
                    reported = now;
                }
                out.write(batch.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException | IOException e) {
            // the output is gone: there is nowhere left to say so
        }
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
}
