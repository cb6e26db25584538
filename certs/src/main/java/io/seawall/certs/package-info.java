/// Key material: PEM files, the local certificate authority, and certificates of an ACME CA. Only what asks that CA knows
/// of the network.
@NullMarked
package io.seawall.certs;

import org.jspecify.annotations.NullMarked;
