package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    /// What the JDK's client sends, without the headers of record and message.
    private static byte[] hello(String name, String... protocols) {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            if (!name.isEmpty()) {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            return Arrays.copyOfRange(out.array(), 9, out.position());
        } catch (GeneralSecurityException | SSLException e) {
            throw new AssertionError(e);
        }
    }

    private static ClientHello read(byte[] message) {
        ByteBuf in = Unpooled.wrappedBuffer(message);
        ClientHello hello = ClientHello.read(in);
        assertEquals(message.length, in.readableBytes(), "it is read again by the library");
        return hello;
    }

    @Test
    void readsNameAndProtocols() {
        assertEquals(new ClientHello(Optional.of("claw.example.com"), List.of("acme-tls/1")),
                read(hello("Claw.Example.COM", "acme-tls/1")));
        assertEquals(new ClientHello(Optional.of("claw.example.com"), List.of("h2", "http/1.1")),
                read(hello("claw.example.com", "h2", "http/1.1")));
        assertEquals(new ClientHello(Optional.empty(), List.of()), read(hello("")));
    }

    @Test
    void readsNothingOutOfWhatIsCutOff() {
        byte[] whole = hello("claw.example.com", "acme-tls/1");
        for (int length = 0; length < whole.length; length++) {
            assertEquals(new ClientHello(Optional.empty(), List.of()), read(Arrays.copyOf(whole, length)));
        }
    }

    @Test
    void survivesEveryChange() {
        byte[] whole = hello("claw.example.com", "acme-tls/1");
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            read(changed);
        }
    }

    @Test
    void survivesAListThatIsLongerThanItsExtension() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[34]);
        out.writeBytes(new byte[]{0, 0, 0, 0, 0, 9, 0, 16, 0, 5, 0, 99, 2});
        out.writeBytes("h2".getBytes(StandardCharsets.US_ASCII));
        assertEquals(new ClientHello(Optional.empty(), List.of()), read(out.toByteArray()));
    }
}
