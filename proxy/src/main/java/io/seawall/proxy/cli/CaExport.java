package io.seawall.proxy.cli;

import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.host.BoundedFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// `seawall certs export`: the local CA's certificate, and how devices import it.
record CaExport(Console console) {
    private static final int LARGEST = 64 * 1024;
    private static final String IMPORT = """
            Import it on each device that should trust this Seawall:

              Linux     Debian, Ubuntu: copy it to
                        /usr/local/share/ca-certificates/seawall.crt, then
                        sudo update-ca-certificates
                        Fedora: copy it to /etc/pki/ca-trust/source/anchors/, then
                        sudo update-ca-trust
                        Chromium: Settings, Privacy and security, Security,
                        Manage certificates
              macOS     sudo security add-trusted-cert -d -r trustRoot \\
                          -k /Library/Keychains/System.keychain FILE
              Windows   certutil -addstore -f Root FILE
                        (as administrator)
              iOS       send it to the device and open it; install it in Settings,
                        General, VPN & Device Management; then switch it on in
                        Settings, General, About, Certificate Trust Settings
              Android   Settings, Security, Encryption & credentials,
                        Install a certificate, CA certificate
              Firefox   Settings, Privacy & Security, Certificates,
                        View Certificates, Authorities, Import
              Node.js   (OpenClaw's CLI) NODE_EXTRA_CA_CERTS=FILE in its environment
              curl      --cacert FILE

            Compare the fingerprint on the device before you trust it.""";

    /// @param name of the file; empty: to standard output
    Exit execute(Config config, String name) throws UnusableCertificateException {
        if (!(config.tls() instanceof Config.Tls.SelfSigned)) {
            console.error("seawall certs export: there is no local CA (expected: SEAWALL_TLS=self-signed; other modes "
                    + "serve certificates of a CA that devices know, or that its own operator hands out)");
            return Exit.CONFIGURATION;
        }
        LocalCa authority = CertsCommand.authority(config);
        String pem = LocalCa.pem(authority.certificate());
        if (name.isEmpty()) {
            console.output().print(pem);
        } else if (!write(console.folder().resolve(name), pem)) {
            return Exit.CONFIGURATION;
        }
        // apart from the certificate, so that standard output can be a file
        console.error((name.isEmpty() ? "" : "Wrote " + name + ": the certificate of the local CA, no key.\n")
                + "SHA-256 " + KeyMaterial.fingerprint(authority.certificate()) + "\n\n" + IMPORT);
        return Exit.FINE;
    }

    private boolean write(Path file, String pem) {
        try {
            if (Files.isRegularFile(file) && BoundedFile.text(file, LARGEST).equals(pem)) {
                return true;
            }
            Files.writeString(file, pem, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException | BoundedFile.UnfitException e) {
            console.error("seawall certs export: " + file + " exists already and is another (expected: none)");
        } catch (IOException e) {
            console.error("seawall certs export: " + file + " cannot be written");
        }
        return false;
    }
}
