/// From an environment and a file to a [io.seawall.config.Config], or to everything that is wrong with them.
@NullMarked
package io.seawall.config.load;

import org.jspecify.annotations.NullMarked;
