package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BEARER;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// A gateway in front of a scripted one, for each test.
abstract class Relaying {
    static final String AUTHORIZED = "Authorization: " + BEARER;

    @TempDir
    static Path state;

    final ScriptedUpstream upstream = new ScriptedUpstream();
    final RunningServer server = RunningServer.start(state, upstream.port());

    Relaying() throws IOException {}

    @AfterEach
    void stop() {
        server.close();
        upstream.close();
    }

    /// What may fail as sockets do.
    interface Work {
        void run() throws IOException;
    }

    static CompletableFuture<Void> inBackground(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, task -> Thread.ofVirtual().start(task));
    }
}
