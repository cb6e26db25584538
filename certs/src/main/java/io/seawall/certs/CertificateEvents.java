package io.seawall.certs;

import java.util.Locale;

/// Is called when a certificate changes or is refused, on the thread that calls [CertificateSource#refresh()].
public interface CertificateEvents {
    /// A new certificate was taken.
    ///
    /// @param source a word for where it came from: `acme`, …
    void renewed(String source);

    /// An attempt failed.
    void failed(String source, Failure failure);

    /// Does nothing.
    CertificateEvents NONE = new CertificateEvents() {
        @Override
        public void renewed(String source) {
            // nobody
        }

        @Override
        public void failed(String source, Failure failure) {
            // nobody
        }
    };

    /// Why, in few words.
    enum Failure {
        // The CA did not answer, or not in time.
        UNREACHABLE,
        // It asks for patience.
        RATE_LIMITED,
        // The CA does not accept that a name is ours.
        VALIDATION,
        // It does not want us as its customer.
        ACCOUNT,
        // It said something else.
        REFUSED,
        // Its answer, or the certificate it gave, cannot be used.
        PROTOCOL,
        // The state directory cannot be written.
        STORAGE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
