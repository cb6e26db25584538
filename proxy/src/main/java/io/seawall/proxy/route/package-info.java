/// Which hosts are ours, how a path reads, and to which route it belongs.
@NullMarked
package io.seawall.proxy.route;

import org.jspecify.annotations.NullMarked;
