package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seawall.proxy.client.ProxyHeader.Complete;
import io.seawall.proxy.client.ProxyHeader.Incomplete;
import io.seawall.proxy.client.ProxyHeader.Malformed;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String FOUR = "c0000207" + "c6336401" + "1267" + "01bb";
    private static final String SIX = "20010db8000000000000000000000007" + "20010db8000000000000000000000001"
            + "126701bb";

    private static ProxyHeader read(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        ProxyHeader header = ProxyHeader.read(buffer);
        assertEquals(0, buffer.readerIndex());
        return header;
    }

    private static ProxyHeader line(String text) {
        return read(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ProxyHeader binary(String hex) {
        return read(HexFormat.of().parseHex(hex));
    }

    /// Version 2 with the right length.
    private static String v2(String command, String family, String rest) {
        return SIGNATURE + command + family + "%04x".formatted(rest.length() / 2) + rest;
    }

    private static Complete complete(ProxyHeader header) {
        return assertInstanceOf(Complete.class, header);
    }

    @ParameterizedTest
    @CsvSource({"PROXY TCP4 192.0.2.7 198.51.100.1 4711 443, 192.0.2.7",
        "PROXY TCP4 192.0.2.7 198.51.100.1 0 65535, 192.0.2.7",
        "PROXY TCP6 2001:db8::7 2001:db8::1 4711 443, 2001:db8::7",
        "PROXY TCP6 ::ffff:192.0.2.7 ::1 4711 443, 192.0.2.7",
        "PROXY TCP6 2001:0db8:0000:0000:0000:0000:0000:0007 2001:DB8::1 4711 443, 2001:db8::7"})
    void readsALine(String text, String client) {
        Complete header = complete(line(text + "\r\nGET /"));
        assertEquals(client, header.client().map(ClientAddress::text).orElse(""));
        assertEquals(text.length() + 2, header.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN", "PROXY UNKNOWN 192.0.2.7 198.51.100.1 1 2", "PROXY UNKNOWN whatever"})
    void takesAnUnknownClientForTheProxyItself(String text) {
        assertEquals(new Complete(Optional.empty(), text.length() + 2), line(text + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1", "proxy TCP4 192.0.2.7 198.51.100.1 1 2", "PROXY", "PROXY ",
        "PROXY  TCP4 192.0.2.7 198.51.100.1 1 2", "PROXY TCP4  192.0.2.7 198.51.100.1 1 2",
        "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 ", "PROXY TCP4 192.0.2.7 198.51.100.1 1", "PROXY TCP4",
        "PROXY TCP4 192.0.2.7 198.51.100.1 1 65536", "PROXY TCP4 192.0.2.7 198.51.100.1 65536 1",
        "PROXY TCP4 192.0.2.7 198.51.100.1 01 2", "PROXY TCP4 192.0.2.7 198.51.100.1 -1 2",
        "PROXY TCP4 192.0.2.7 198.51.100.1 +1 2", "PROXY TCP4 192.0.2.256 198.51.100.1 1 2",
        "PROXY TCP4 192.0.2.07 198.51.100.1 1 2", "PROXY TCP4 192.0.2 198.51.100.1 1 2",
        "PROXY TCP4 192.0.2.7 garbage 1 2", "PROXY TCP4 2001:db8::7 2001:db8::1 1 2",
        "PROXY TCP6 192.0.2.7 198.51.100.1 1 2", "PROXY TCP6 2001:db8::7 198.51.100.1 1 2",
        "PROXY TCP6 fe80::1%1 ::1 1 2", "PROXY TCP6 [::1] ::1 1 2", "PROXY TCP6 2001:db8::g ::1 1 2",
        "PROXY UDP4 192.0.2.7 198.51.100.1 1 2", "PROXY TCP4\t192.0.2.7 198.51.100.1 1 2", "PROXY UNKNOWNX",
        "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n", "PROXY UNKNOWN \u0000", "PROXY UNKNOWN \u00e9"})
    void refusesALineThatIsNotExactlyFormed(String text) {
        assertEquals(new Malformed(), line(text + "\r\n"));
    }

    @Test
    void refusesALineLongerThan107Bytes() {
        String longest = "PROXY UNKNOWN " + "x".repeat(107 - 14 - 2) + "\r\n";
        assertEquals(new Complete(Optional.empty(), 107), line(longest));
        assertEquals(new Malformed(), line(longest.replace("x\r", "xx\r")));
        assertEquals(new Malformed(), line("PROXY UNKNOWN " + "x".repeat(200)));
    }

    @Test
    void refusesALineFeedAlone() {
        assertEquals(new Malformed(), line("PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n"));
    }

    @Test
    void readsAddressesInBinary() {
        String four = v2("21", "11", FOUR);
        assertEquals(new Complete(Optional.of(InetAddress.ofLiteral("192.0.2.7")), four.length() / 2),
                binary(four + "16"));
        String six = v2("21", "21", SIX);
        assertEquals(new Complete(Optional.of(InetAddress.ofLiteral("2001:db8::7")), six.length() / 2), binary(six));
    }

    @Test
    void takesAMappedAddressForIpv4() {
        String mapped = v2("21", "21", "00000000000000000000ffffc0000207" + SIX.substring(32));
        assertEquals(Optional.of(InetAddress.ofLiteral("192.0.2.7")), complete(binary(mapped)).client());
    }

    @Test
    void takesAHealthCheckForTheProxyItself() {
        for (String header : List.of(v2("20", "00", ""), v2("20", "11", FOUR), v2("20", "31", "ab".repeat(216)),
                v2("21", "00", ""), v2("21", "00", "0400"))) {
            assertEquals(new Complete(Optional.empty(), header.length() / 2), binary(header), header);
        }
    }

    @Test
    void refusesWhatIsNoTcpOverIp() {
        for (String family : List.of("12", "22", "31", "32", "01", "10", "13", "41")) {
            assertEquals(new Malformed(), binary(v2("21", family, SIX)), family);
        }
    }

    @Test
    void refusesOtherVersionsAndCommands() {
        for (String command : List.of("11", "10", "22", "2f", "31", "01", "ff")) {
            assertEquals(new Malformed(), binary(v2(command, "11", FOUR)), command);
        }
    }

    @Test
    void refusesAddressesThatDoNotFit() {
        assertEquals(new Malformed(), binary(v2("21", "11", FOUR.substring(2))));
        assertEquals(new Malformed(), binary(v2("21", "21", SIX.substring(2))));
    }

    @Test
    void refusesAnotherSignature() {
        for (int i = 0; i < 12; i++) {
            byte[] bytes = HexFormat.of().parseHex(v2("21", "11", FOUR));
            bytes[i] ^= 1;
            assertEquals(new Malformed(), read(bytes), "byte " + i);
        }
    }

    @Test
    void boundsItsLengthBeforeItHasArrived() {
        assertEquals(new Incomplete(), binary(SIGNATURE + "21111024"));
        assertEquals(new ProxyHeader.TooLong(4_133), binary(SIGNATURE + "21111025"));
        assertEquals(new ProxyHeader.TooLong(65_535), binary(SIGNATURE + "2000ffff"));
    }

    /// PP2_TYPE_SSL with the client's certificate in it (PP2_SUBTYPE_SSL_CLIENT_CERT).
    @Test
    void takesAClientsCertificateAlong() {
        String header = v2("21", "21", SIX + "20" + "0ffd" + "07".repeat(4_093));
        assertEquals(new Complete(Optional.of(InetAddress.ofLiteral("2001:db8::7")), header.length() / 2),
                binary(header));
        assertEquals(16 + ProxyHeader.LONGEST_V2, header.length() / 2);
    }

    @Test
    void skipsTlvsWithinTheirBounds() {
        for (String tlvs : List.of("040000", "010002" + "6832" + "e00000", "20000901000000002100011a")) {
            String header = v2("21", "11", FOUR + tlvs);
            assertEquals(header.length() / 2, complete(binary(header)).length(), tlvs);
        }
    }

    @Test
    void refusesTlvsBeyondTheirBounds() {
        for (String tlvs : List.of("04", "0400", "040001", "01ffff", "010002ff", "04000004", "030003000000",
                "03000500000000ff")) {
            assertEquals(new Malformed(), binary(v2("21", "11", FOUR + tlvs)), tlvs);
        }
    }

    @Test
    void checksTheChecksum() {
        // RFC 3720, appendix B.4: 32 zeros, and 0 to 31
        assertEquals(0x8a9136aa, ProxyHeader.V2.crc32c(new byte[32]));
        byte[] rising = new byte[32];
        for (int i = 0; i < 32; i++) {
            rising[i] = (byte) i;
        }
        assertEquals(0x46dd794e, ProxyHeader.V2.crc32c(rising));

        String zeros = v2("21", "11", FOUR + "030004" + "00000000" + "040000");
        String right = "%08x".formatted(ProxyHeader.V2.crc32c(HexFormat.of().parseHex(zeros)));
        assertInstanceOf(Complete.class, binary(v2("21", "11", FOUR + "030004" + right + "040000")));
        assertEquals(new Malformed(), binary(v2("21", "11", FOUR + "030004" + right + "040001ff")));
        assertEquals(new Malformed(), binary(v2("21", "11", FOUR.replace("c0", "c1") + "030004" + right + "040000")));
        assertEquals(new Malformed(),
                binary(v2("21", "11", FOUR + "030004" + right + "030004" + right)), "one, not two");
    }

    @Test
    void waitsForEveryByteOfIt() {
        List<byte[]> headers = new ArrayList<>();
        headers.add("PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n".getBytes(StandardCharsets.US_ASCII));
        headers.add(HexFormat.of().parseHex(v2("21", "21", SIX + "040000")));
        for (byte[] header : headers) {
            for (int length = 0; length < header.length; length++) {
                assertEquals(new Incomplete(), read(java.util.Arrays.copyOf(header, length)), "of " + length);
            }
            assertInstanceOf(Complete.class, read(header));
        }
    }
}
