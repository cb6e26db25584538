package io.seawall.proxy.diagnose.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.SSLSocket;

/// Why whoever answers at a place may be shown a credential. Looked at on the very connection that it is about to be written
/// to, so that nobody can take a port over in between. Made by [MayBeShown] alone.
sealed interface Proof {

    /// Nobody knows who that is.
    record None() implements Proof {
        @Override
        public void check(Socket socket, Target target) throws NotShown {
            throw new NotShown("who answers there is not known", false);
        }
    }

    /// The TLS connection came about with a certificate that only the one who is meant can have.
    record Certificate() implements Proof {
        @Override
        public void check(Socket socket, Target target) throws NotShown {
            if (!(socket instanceof SSLSocket) || target.tls().filter(Tls::identifies).isEmpty()) {
                throw new NotShown("the certificate there proves nothing", true);
            }
        }
    }

    /// The other end of the connection is a socket of one of these users of this host.
    record User(Set<Long> uids, Path proc) implements Proof {
        public User {
            uids = Set.copyOf(uids);
        }

        @Override
        public void check(Socket socket, Target target) throws NotShown {
            if (!(socket.getRemoteSocketAddress() instanceof InetSocketAddress server
                    && socket.getLocalSocketAddress() instanceof InetSocketAddress client)) {
                throw new NotShown("who answers there is not known", false);
            }
            OptionalLong uid = SocketOwner.of(proc, server, client);
            if (uid.isEmpty()) {
                throw new NotShown("the socket table does not tell whose the port is", false);
            }
            if (!uids.contains(uid.getAsLong())) {
                throw new NotShown("the port belongs to uid " + uid.getAsLong(), true);
            }
        }
    }

    /// @throws NotShown where it does not hold for this connection
    void check(Socket socket, Target target) throws NotShown;

    /// A credential was not shown.
    final class NotShown extends IOException {
        private final boolean isSomebodyElse;

        /// @param isSomebodyElse whether it is known who answers
        NotShown(String message, boolean isSomebodyElse) {
            super(message);
            this.isSomebodyElse = isSomebodyElse;
        }

        boolean isSomebodyElse() {
            return isSomebodyElse;
        }
    }
}
