package io.seawall.proxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Ways to write `Transfer-Encoding: chunked` that one reader takes for it and another does not, beside a
/// Content-Length: each as the two probes by which a difference shows, one whose rest is left over for readers that use
/// the length (CL.TE), one for readers that use the chunks (TE.CL).
public final class TransferEncodingMutations {
    private static final String PLAIN = "Transfer-Encoding: chunked";

    private TransferEncodingMutations() {}

    public static List<CorpusCase> cases() {
        List<CorpusCase> cases = new ArrayList<>();
        lines().forEach((name, line) -> {
            cases.add(of(name + " cl.te", line, 6, "0\r\n\r\nG"));
            cases.add(of(name + " te.cl", line, 3, "8\r\nSMUGGLED\r\n0\r\n\r\n"));
        });
        return cases;
    }

    private static CorpusCase of(String id, String line, int length, String body) {
        return new CorpusCase(id, "POST / HTTP/1.1\r\nHost: claw.example.com\r\n" + line + "\r\nContent-Length: "
                + length + "\r\n\r\n" + body, false, "", 0);
    }

    private static Map<String, String> lines() {
        Map<String, String> lines = new TreeMap<>();
        List<Integer> odds = new ArrayList<>(List.of(0x7f, 0x80, 0x85, 0xa0, 0xad, 0xff));
        for (int c = 0; c <= ' '; c++) {
            odds.add(c);
        }
        for (int c : odds) {
            char odd = (char) c;
            String hex = String.format("%02x ", c);
            lines.put(hex + "before the name", odd + PLAIN);
            lines.put(hex + "inside the name", "Transfer" + odd + "-Encoding: chunked");
            lines.put(hex + "before the colon", "Transfer-Encoding" + odd + ": chunked");
            lines.put(hex + "behind the colon", "Transfer-Encoding:" + odd + "chunked");
            lines.put(hex + "inside the value", "Transfer-Encoding: chunk" + odd + "ed");
            lines.put(hex + "behind the value", PLAIN + odd);
            lines.put(hex + "around the value", "Transfer-Encoding: " + odd + "chunked" + odd);
            lines.put(hex + "as the line's end", "X: y" + odd + PLAIN);
            lines.put(hex + "as the line's end behind", PLAIN + odd + "X: y");
            lines.put(hex + "between CR and the name", "X: y\r" + odd + PLAIN);
            lines.put(hex + "before LF and the name", "X: y" + odd + "\n" + PLAIN);
        }
        String[] values = {"chunked, identity", "identity, chunked", "chunked, chunked", ",chunked", "chunked,",
            "gzip, chunked", "chunked;q=1", "chunked; a=b", "\"chunked\"", "'chunked'", "chunk", "xchunked", "chunkedx",
            "identity", "", "CHUNKED", "Chunked", "chunked chunked", "c hunked", "%63hunked", "chunked\\",
            "(x) chunked",
            "\r\n chunked", "\r\n\tchunked", "x\r\n chunked", "chunked\r\n ,identity"};
        for (String value : values) {
            lines.put("value " + CorpusTest.cell(value), "Transfer-Encoding: " + value);
        }
        String[] names = {"TRANSFER-ENCODING", "transfer-encoding", "Transfer_Encoding", "Transfer Encoding",
            "TransferEncoding", "Transfer--Encoding", "Transfer-Encodin", "Content-Encoding", "TE",
            "Transfer-\r\nEncoding",
            "X-Transfer-Encoding", "\"Transfer-Encoding\"", "Transfer%2dEncoding"};
        for (String name : names) {
            lines.put("name " + CorpusTest.cell(name), name + ": chunked");
        }
        lines.put("twice", PLAIN + "\r\n" + PLAIN);
        lines.put("twice, first odd", "Transfer-Encoding: x\r\n" + PLAIN);
        lines.put("twice, second odd", PLAIN + "\r\nTransfer-Encoding: x");
        lines.put("twice, first empty", "Transfer-Encoding:\r\n" + PLAIN);
        lines.put("plain", PLAIN);
        lines.put("by the connection's options", "Connection: transfer-encoding, content-length\r\n" + PLAIN);
        return lines;
    }
}
