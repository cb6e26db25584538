/// The command line.
@NullMarked
package io.seawall.proxy.cli;

import org.jspecify.annotations.NullMarked;
