/// Key material: PEM files and the local certificate authority. Nothing here knows of the network.
@NullMarked
package io.seawall.certs;

import org.jspecify.annotations.NullMarked;
