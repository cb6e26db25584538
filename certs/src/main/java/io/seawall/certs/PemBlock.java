package io.seawall.certs;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One block of a PEM file (RFC 7468): its label, the line it begins on, and the bytes in it. Text between blocks is
/// explanation and skipped, as OpenSSL does; text inside a block that does not belong there is refused. Not a record:
/// those print their parts.
public final class PemBlock {
    private static final Pattern BOUNDARY = Pattern.compile("-----(BEGIN|END) ([A-Z0-9 ]{1,40})-----");
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final String label;
    private final int line;
    private final boolean encrypted;
    private final byte[] content;

    private PemBlock(String label, int line, boolean encrypted, byte[] content) {
        this.label = label;
        this.line = line;
        this.encrypted = encrypted;
        this.content = content;
    }

    public String label() {
        return label;
    }

    int line() {
        return line;
    }

    public byte[] content() {
        return content.clone();
    }

    boolean isCertificate() {
        return label.equals("CERTIFICATE");
    }

    boolean isPrivateKey() {
        return label.endsWith("PRIVATE KEY");
    }

    /// By label (PKCS#8) or by the headers of RFC 1421 (OpenSSL's older form).
    boolean isEncrypted() {
        return encrypted || label.equals("ENCRYPTED PRIVATE KEY");
    }

    /// The labels in the file, for messages.
    static String found(List<PemBlock> blocks) {
        var labels = new TreeSet<String>();
        blocks.forEach(block -> labels.add(block.label));
        return labels.isEmpty() ? "no PEM block at all" : String.join(", ", labels);
    }

    /// Every block of the file, in its order; perhaps none.
    public static List<PemBlock> read(SourceFile file) throws UnusableCertificateException {
        var blocks = new ArrayList<PemBlock>();
        String label = "";
        int begin = 0;
        var lines = new ArrayList<String>();
        int number = 0;
        for (String line : file.read().lines().map(PemBlock::stripped).toList()) {
            number++;
            Matcher boundary = BOUNDARY.matcher(line);
            if (!boundary.matches()) {
                if (line.startsWith("-----")) {
                    throw file.trouble("is damaged: line " + number + " is no PEM boundary",
                            "-----BEGIN …----- or -----END …----- alone on its line");
                }
                lines.add(line);
            } else if (boundary.group(1).equals("BEGIN")) {
                if (!label.isEmpty()) {
                    throw half(file, label, begin);
                }
                label = boundary.group(2);
                begin = number;
                lines.clear();
            } else {
                if (label.isEmpty()) {
                    throw file.trouble("is damaged: line " + number + " ends a block that never began",
                            "-----BEGIN " + boundary.group(2) + "----- before it");
                }
                if (!label.equals(boundary.group(2))) {
                    throw half(file, label, begin);
                }
                blocks.add(decode(file, label, begin, lines));
                label = "";
            }
        }
        if (!label.isEmpty()) {
            throw half(file, label, begin);
        }
        return List.copyOf(blocks);
    }

    /// Files that were put behind one another may each have had a mark.
    private static String stripped(String line) {
        return (line.startsWith(BYTE_ORDER_MARK) ? line.substring(BYTE_ORDER_MARK.length()) : line).strip();
    }

    private static UnusableCertificateException half(SourceFile file, String label, int begin) {
        return file.trouble("is damaged: the " + label + " block of line " + begin + " has no end",
                "-----END " + label + "----- after it");
    }

    private static PemBlock decode(SourceFile file, String label, int begin, List<String> lines)
            throws UnusableCertificateException {
        boolean encrypted = false;
        var base64 = new StringBuilder();
        for (String line : lines) {
            // headers stand before the content only; later a colon is garbage
            if (base64.isEmpty() && line.contains(":")) {
                encrypted |= line.toUpperCase(Locale.ROOT).matches("PROC-TYPE:.*ENCRYPTED");
            } else {
                base64.append(line);
            }
        }
        try {
            return new PemBlock(label, begin, encrypted, Base64.getDecoder().decode(base64.toString()));
        } catch (IllegalArgumentException e) {
            // without the cause: it quotes the character
            throw file.trouble("is damaged: the " + label + " block of line " + begin + " is not base64");
        }
    }
}
