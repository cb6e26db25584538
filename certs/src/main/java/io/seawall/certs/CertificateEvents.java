package io.seawall.certs;

/// What a source that has certificates issued tells about its attempts, for whoever counts them. Called by the thread
/// that refreshes. The words for the log travel in the [CertificateTrouble] that the refresh ends with.
public interface CertificateEvents {
    /// Told to nobody.
    CertificateEvents NONE = new CertificateEvents() {
        @Override
        public void renewed() {
            // nobody counts
        }

        @Override
        public void failed(String reason) {
            // nobody counts
        }
    };

    /// A certificate was issued, and is on disk.
    void renewed();

    /// An attempt to have one issued came to nothing.
    void failed(String reason);
}
