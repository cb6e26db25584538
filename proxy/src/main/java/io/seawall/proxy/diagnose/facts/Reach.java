package io.seawall.proxy.diagnose.facts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;

/// This host's own addresses, and what answers on them. Nothing leaves the host.
public interface Reach {
    /// Those that others could use: not loopback, not link-local.
    List<InetAddress> addresses();

    boolean connects(InetAddress address, int port);

    static Reach ofHost() {
        return new Reach() {
            @Override
            public List<InetAddress> addresses() {
                try {
                    return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress()).toList();
                } catch (SocketException e) {
                    return List.of();
                }
            }

            @Override
            public boolean connects(InetAddress address, int port) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(address, port), 500);
                    return true;
                } catch (IOException e) {
                    return false;
                }
            }
        };
    }
}
