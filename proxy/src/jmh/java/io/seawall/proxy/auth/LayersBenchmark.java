package io.seawall.proxy.auth;

import io.seawall.config.Config;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.Sample;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.Sessions;
import java.time.Clock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Checking each kind of credential.
@State(Scope.Thread)
public class LayersBenchmark {
    private final Config config = TestConfig.of();
    private final PasswordVerifier passwords = new PasswordVerifier(config.basic());
    private final Sessions sessions = sessions();
    private final Layers layers = new Layers(config, passwords, sessions, CloudflareAccess.off());

    private final Headers password = Headers.builder().add("Host", "claw.example.com")
            .add("Authorization", Sample.BASIC).build();
    private final Headers session = Permits
            .head(Sample.page("theme=dark; " + sessions.setCookie(sessions.begin()).replaceFirst(";.*", ""))).headers();
    private final Headers api = Permits.head(Sample.API).headers();
    private final Headers hook = Headers.builder().add("Host", "claw.example.com")
            .add("X-Openclaw-Token", TestConfig.HOOKS_TOKEN).build();

    private Sessions sessions() {
        byte[] key = new byte[32];
        Clock clock = Clock.systemUTC();
        return new Sessions(key, config.basic().versions(key), config.session(), Revocations.inMemory(clock), clock);
    }

    @TearDown
    public void close() {
        passwords.close();
    }

    private Object granted(Layer layer, Headers headers) {
        Decision decision = layers.decide(layer, headers, Admission.FREE).join();
        if (!(decision instanceof Decision.Granted)) {
            throw new IllegalStateException(layer + ": " + decision);
        }
        return decision;
    }

    @Benchmark
    public Object password() {
        return granted(Layer.BASIC, password);
    }

    @Benchmark
    public Object session() {
        return granted(Layer.BASIC, session);
    }

    @Benchmark
    public Object gatewayToken() {
        return granted(Layer.GATEWAY, api);
    }

    @Benchmark
    public Object hooksToken() {
        return granted(Layer.HOOKS, hook);
    }
}
