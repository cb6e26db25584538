/// Seawall itself: the command line's entry, the gateway's life, and the pipeline that a client meets.
@NullMarked
package io.seawall.proxy;

import org.jspecify.annotations.NullMarked;
