/// Whether the gateway's listener can be reached from outside of this host, and whose it is.
@NullMarked
package io.seawall.proxy.exposure;

import org.jspecify.annotations.NullMarked;
