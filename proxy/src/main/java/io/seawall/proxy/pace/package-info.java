/// How long a client may take: deadlines, slow readers, and how a connection ends without losing its last response.
@NullMarked
package io.seawall.proxy.pace;

import org.jspecify.annotations.NullMarked;
