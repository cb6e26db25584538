/// The life of the process: start, listeners, the pipeline of a client's connection, reloads, drain, and the
/// notifications to the service manager.
@NullMarked
package io.seawall.proxy.server;

import org.jspecify.annotations.NullMarked;
