package io.seawall.proxy.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a client asks for before the handshake: a name, and protocols. Read before anything is negotiated, and used for
/// one decision only; the TLS library reads the same bytes again, and decides everything else.
///
/// @param name lower case; empty where there is none, or none that can be read
record ClientHello(Optional<String> name, List<String> protocols) {
    private static final ClientHello NOTHING = new ClientHello(Optional.empty(), List.of());
    private static final int VERSION_AND_RANDOM = 34;
    private static final int SERVER_NAME = 0;
    private static final int APPLICATION_PROTOCOLS = 16;

    ClientHello {
        protocols = List.copyOf(protocols);
    }

    /// @param message the handshake message without its header (RFC 8446, section 4.1.2); not consumed
    static ClientHello read(ByteBuf message) {
        ByteBuf in = message.duplicate();
        try {
            in.skipBytes(VERSION_AND_RANDOM);
            in.skipBytes(in.readUnsignedByte()); // session
            in.skipBytes(in.readUnsignedShort()); // ciphers
            in.skipBytes(in.readUnsignedByte()); // compression
            ByteBuf extensions = in.readSlice(in.readUnsignedShort());
            Optional<String> name = Optional.empty();
            List<String> protocols = List.of();
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
                switch (type) {
                    case SERVER_NAME -> name = serverName(extension);
                    case APPLICATION_PROTOCOLS -> protocols = protocols(extension);
                    default -> {
                        // none of our business
                    }
                }
            }
            return new ClientHello(name, protocols);
        } catch (IndexOutOfBoundsException e) {
            // damaged: the library will say so
            return NOTHING;
        }
    }

    /// RFC 6066, section 3.
    private static Optional<String> serverName(ByteBuf extension) {
        ByteBuf names = extension.readSlice(extension.readUnsignedShort());
        while (names.isReadable()) {
            int type = names.readUnsignedByte();
            ByteBuf name = names.readSlice(names.readUnsignedShort());
            if (type == 0) {
                return Optional.of(name.toString(StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT));
            }
        }
        return Optional.empty();
    }

    /// RFC 7301, section 3.1.
    private static List<String> protocols(ByteBuf extension) {
        ByteBuf list = extension.readSlice(extension.readUnsignedShort());
        List<String> protocols = new ArrayList<>();
        while (list.isReadable()) {
            protocols.add(list.readSlice(list.readUnsignedByte()).toString(StandardCharsets.US_ASCII));
        }
        return protocols;
    }
}
