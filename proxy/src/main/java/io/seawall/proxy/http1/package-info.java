/// HTTP/1.1: scanner, parsers, writers, and the handler that connects them.
@NullMarked
package io.seawall.proxy.http1;

import org.jspecify.annotations.NullMarked;
