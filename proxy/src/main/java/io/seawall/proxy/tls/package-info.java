/// The TLS context, the certificates in it and their replacement, and what happens to plaintext on the TLS port.
@NullMarked
package io.seawall.proxy.tls;

import org.jspecify.annotations.NullMarked;
