package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// A scripted gateway, and the Seawalls and clients of HTTP/2 of one test, which end with it.
abstract class Http2Setup {
    static final String AUTHORIZED = "authorization: " + BASIC;

    @TempDir
    static Path state;

    final ScriptedUpstream upstream = new ScriptedUpstream();
    final List<AutoCloseable> open = new ArrayList<>();

    Http2Setup() throws IOException {}

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
        upstream.close();
    }

    RunningServer start(String... lines) {
        RunningServer server = RunningServer.start(state, upstream.port(), lines);
        open.add(server);
        return server;
    }

    Http2Client connect(RunningServer server) throws IOException {
        Http2Client client = Http2Client.connect(server);
        open.add(client);
        return client;
    }

    /// All data of a stream that ends by END_STREAM, and not by a reset.
    static byte[] untilEnd(Http2Client client, int stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            Http2Client.Frame frame = client.awaitData(stream);
            assertEquals(Http2Client.DATA, frame.type(), frame.toString());
            all.writeBytes(frame.payload());
            if (frame.isEnd()) {
                return all.toByteArray();
            }
        }
    }
}
