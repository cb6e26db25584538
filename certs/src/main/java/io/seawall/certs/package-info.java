/// Key material: PEM files, the local certificate authority, and certificates of an ACME CA. Only the client of that CA
/// uses the network.
@NullMarked
package io.seawall.certs;

import org.jspecify.annotations.NullMarked;
