package io.seawall.proxy.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// The PROXY protocol header, versions 1 and 2, of HAProxy's `doc/proxy-protocol.txt`, in its strictest reading. Pure.
///
/// Our own instead of Netty's `codec-haproxy`: that one keeps what it does not need (TLVs, nested ones too, which were
/// its two advisories), takes version 1 loosely, and checks no CRC32C.
sealed interface ProxyHeader {
    /// CR LF included; the specification's own bound.
    int LONGEST_V1 = 107;
    /// Of version 2, behind its 16 fixed bytes: addresses, and TLVs of 4 KiB, which a client's certificate needs.
    int LONGEST_V2 = 36 + 4 * 1024;

    /// All there is so far could be the beginning of one.
    record Incomplete() implements ProxyHeader {}

    /// @param client empty where the proxy names no client: its health check, or a client that it cannot name
    /// @param length bytes that the header takes
    record Complete(Optional<InetAddress> client, int length) implements ProxyHeader {}

    record Malformed() implements ProxyHeader {}

    /// @param bytes that it announces behind the fixed ones
    record TooLong(int bytes) implements ProxyHeader {}

    /// Reads the beginning of `bytes` and moves nothing.
    static ProxyHeader read(ByteBuf bytes) {
        int first = bytes.isReadable() ? bytes.getByte(bytes.readerIndex()) : V2.SIGNATURE[0];
        return first == V2.SIGNATURE[0] ? V2.read(bytes) : V1.read(bytes);
    }

    /// One line of text.
    final class V1 {
        private static final String BEGIN = "PROXY ";
        private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN(?: [ -~]*)?");
        private static final Pattern TCP = Pattern.compile(
                "PROXY TCP([46]) ([0-9A-Fa-f:.]{2,45}) ([0-9A-Fa-f:.]{2,45}) (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})");

        private V1() {}

        private static ProxyHeader read(ByteBuf bytes) {
            int most = Math.min(bytes.readableBytes(), LONGEST_V1);
            String text = bytes.toString(bytes.readerIndex(), most, StandardCharsets.ISO_8859_1);
            int shared = Math.min(most, BEGIN.length());
            if (!text.regionMatches(0, BEGIN, 0, shared)) {
                return new Malformed();
            }
            int end = text.indexOf("\r\n");
            if (end < 0) {
                // a line feed alone would end the line for others
                return most == LONGEST_V1 || text.indexOf('\n') >= 0 ? new Malformed() : new Incomplete();
            }
            String line = text.substring(0, end);
            if (UNKNOWN.matcher(line).matches()) {
                return new Complete(Optional.empty(), end + 2);
            }
            Matcher tcp = TCP.matcher(line);
            if (!tcp.matches() || Integer.parseInt(tcp.group(4)) > 65_535 || Integer.parseInt(tcp.group(5)) > 65_535) {
                return new Malformed();
            }
            boolean ipv6 = tcp.group(1).equals("6");
            Optional<InetAddress> client = address(tcp.group(2), ipv6);
            return client.isPresent() && address(tcp.group(3), ipv6).isPresent()
                    ? new Complete(client, end + 2)
                    : new Malformed();
        }

        private static Optional<InetAddress> address(String text, boolean ipv6) {
            return text.contains(":") == ipv6 ? ClientAddress.literal(text) : Optional.empty();
        }
    }

    /// Twelve bytes that are no other protocol, then binary.
    final class V2 {
        private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
        private static final int FIXED = 16;
        private static final int LOCAL = 0x20;
        private static final int PROXY = 0x21;
        private static final int UNSPEC = 0x00;
        private static final int TCP4 = 0x11;
        private static final int TCP6 = 0x21;
        private static final int CHECKSUM = 0x03;

        private V2() {}

        private static ProxyHeader read(ByteBuf bytes) {
            int start = bytes.readerIndex();
            int there = bytes.readableBytes();
            int shared = Math.min(there, SIGNATURE.length);
            if (!Arrays.equals(ByteBufUtil.getBytes(bytes, start, shared), 0, shared, SIGNATURE, 0, shared)) {
                return new Malformed();
            }
            if (there < FIXED) {
                return new Incomplete();
            }
            int command = bytes.getUnsignedByte(start + 12);
            int family = bytes.getUnsignedByte(start + 13);
            int length = bytes.getUnsignedShort(start + 14);
            // datagrams cannot arrive here, and a UNIX socket's path is no client's address
            boolean known = command == LOCAL
                    || command == PROXY && (family == UNSPEC || family == TCP4 || family == TCP6);
            if (!known) {
                return new Malformed();
            }
            if (length > LONGEST_V2) {
                return new TooLong(length);
            }
            if (there < FIXED + length) {
                return new Incomplete();
            }
            // what stands behind these two is to be skipped without a look
            if (command == LOCAL || family == UNSPEC) {
                return new Complete(Optional.empty(), FIXED + length);
            }
            int size = family == TCP4 ? 4 : 16;
            byte[] header = ByteBufUtil.getBytes(bytes, start, FIXED + length);
            int addresses = 2 * size + 4;
            if (length < addresses || !tlvsFit(header, FIXED + addresses)) {
                return new Malformed();
            }
            try {
                InetAddress client = InetAddress.getByAddress(Arrays.copyOfRange(header, FIXED, FIXED + size));
                return new Complete(Optional.of(client), header.length);
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address has 4 or 16 bytes", e);
            }
        }

        /// Whether the header is whole TLVs from `at` to its end, and a checksum among them is right.
        private static boolean tlvsFit(byte[] header, int at) {
            int checksum = -1;
            int position = at;
            while (position < header.length) {
                if (header.length - position < 3) {
                    return false;
                }
                int size = (header[position + 1] & 0xff) << 8 | header[position + 2] & 0xff;
                int value = position + 3;
                if (size > header.length - value) {
                    return false;
                }
                if (header[position] == CHECKSUM) {
                    if (size != 4 || checksum >= 0) {
                        return false;
                    }
                    checksum = value;
                }
                position = value + size;
            }
            return checksum < 0 || isRight(header, checksum);
        }

        /// The checksum is over the whole header with zeros in its own place.
        private static boolean isRight(byte[] header, int checksum) {
            byte[] zeroed = header.clone();
            int sent = 0;
            for (int i = checksum; i < checksum + 4; i++) {
                sent = sent << 8 | zeroed[i] & 0xff;
                zeroed[i] = 0;
            }
            return sent == crc32c(zeroed);
        }

        /// RFC 3720, appendix B.4.
        static int crc32c(byte[] bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return (int) crc.getValue();
        }
    }
}
