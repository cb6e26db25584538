/// What all clients together, and one of them, may occupy: heap, CPU time, direct memory and file descriptors.
@NullMarked
package io.seawall.proxy.limit;

import org.jspecify.annotations.NullMarked;
