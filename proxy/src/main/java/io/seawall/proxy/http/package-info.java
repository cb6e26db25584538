/// Messages, hygiene, the HTTP/1.1 codec, and the one place that turns failures into answers.
@NullMarked
package io.seawall.proxy.http;

import org.jspecify.annotations.NullMarked;
