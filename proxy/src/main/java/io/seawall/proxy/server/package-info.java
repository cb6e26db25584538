/// The life of the process: start, listeners, the pipeline of a client's connection, reloads, drain, and what the
/// service manager hears.
@NullMarked
package io.seawall.proxy.server;

import org.jspecify.annotations.NullMarked;
