/// HTTP/2: the codec's limits, flood protection, and a pipeline for each stream.
@NullMarked
package io.seawall.proxy.http2;

import org.jspecify.annotations.NullMarked;
