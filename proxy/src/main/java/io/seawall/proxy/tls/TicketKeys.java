package io.seawall.proxy.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/// The keys under which session tickets are sealed: random, and in memory only, so that no ticket outlives the process.
/// A key seals for one period and opens for one more; then what was sealed with it stays secret, even if the process is
/// compromised later.
final class TicketKeys {
    private final SecureRandom random = new SecureRandom();
    private OpenSslSessionTicketKey current = fresh();
    private @Nullable OpenSslSessionTicketKey previous;

    void rotate() {
        previous = current;
        current = fresh();
    }

    /// The first one seals; each opens.
    OpenSslSessionTicketKey[] keys() {
        OpenSslSessionTicketKey old = previous;
        return old == null ? new OpenSslSessionTicketKey[]{current} : new OpenSslSessionTicketKey[]{current, old};
    }

    private OpenSslSessionTicketKey fresh() {
        return new OpenSslSessionTicketKey(bytes(OpenSslSessionTicketKey.NAME_SIZE),
                bytes(OpenSslSessionTicketKey.HMAC_KEY_SIZE), bytes(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
