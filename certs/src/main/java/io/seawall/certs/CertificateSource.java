package io.seawall.certs;

import java.util.List;

/// Where the certificates to present come from, for as long as Seawall runs.
public interface CertificateSource {
    /// What to present now: one for each kind of key (EC, RSA), at least one. Any thread may ask, at any time.
    List<KeyMaterial> current();

    /// Looks for a newer certificate, and takes it over if it is valid. Called every few seconds; may block; never
    /// called concurrently.
    ///
    /// @return whether [#current()] is another since
    /// @throws UnusableCertificateException when what was found cannot be used; what was served before still is. While the same
    ///         trouble lasts, every call throws it with the same message; a call that returns says that it is over
    boolean refresh() throws UnusableCertificateException;
}
