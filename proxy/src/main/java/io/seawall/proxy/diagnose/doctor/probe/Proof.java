package io.seawall.proxy.diagnose.doctor.probe;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.SSLSocket;

/// Why the server at a place may receive a credential. Checked on the very connection on which it is about to be sent,
/// so that no process can take the port over in between. Made by [MayBeShown] alone.
sealed interface Proof {

    /// It is not known which server that is.
    record None() implements Proof {
        @Override
        public void check(Socket socket, Target target) throws NotShownException {
            throw new NotShownException("who answers there is not known", false);
        }
    }

    /// The TLS connection came about with a certificate that only the one who is meant can have.
    record Certificate() implements Proof {
        @Override
        public void check(Socket socket, Target target) throws NotShownException {
            if (!(socket instanceof SSLSocket) || target.tls().filter(Tls::identifies).isEmpty()) {
                throw new NotShownException("the certificate there proves nothing", true);
            }
        }
    }

    /// The other end of the connection is a socket of one of these users of this host.
    record User(Set<Long> uids, Path proc) implements Proof {
        public User {
            uids = Set.copyOf(uids);
        }

        @Override
        public void check(Socket socket, Target target) throws NotShownException {
            if (!(socket.getRemoteSocketAddress() instanceof InetSocketAddress server
                    && socket.getLocalSocketAddress() instanceof InetSocketAddress client)) {
                throw new NotShownException("who answers there is not known", false);
            }
            OptionalLong uid = SocketOwner.of(proc, server, client);
            if (uid.isEmpty()) {
                throw new NotShownException("the socket table does not tell whose the port is", false);
            }
            if (!uids.contains(uid.getAsLong())) {
                throw new NotShownException("the port belongs to uid " + uid.getAsLong(), true);
            }
        }
    }

    /// @throws NotShownException where it does not hold for this connection
    void check(Socket socket, Target target) throws NotShownException;
}
