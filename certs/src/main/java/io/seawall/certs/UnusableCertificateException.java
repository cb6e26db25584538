package io.seawall.certs;

import java.util.regex.Pattern;

/// A certificate or key that cannot be used. The message is one sentence for the operator: the setting at fault, the
/// file, what was found, what is expected, and the command that fixes it. It never holds key bytes, and there is never
/// a cause, because parsers quote what they fail to read.
public final class UnusableCertificateException extends Exception {
    // names out of certificates and paths end up in logs and on terminals
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}]");

    public UnusableCertificateException(String message) {
        super(INVISIBLE.matcher(message).replaceAll("?"));
    }
}
