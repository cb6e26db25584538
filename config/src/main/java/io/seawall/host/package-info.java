/// Facts about the machine, each determined in one place: files that no other user may read or change, addresses and
/// host names in their one form, this process, and foreign text on its way to a screen.
@NullMarked
package io.seawall.host;

import org.jspecify.annotations.NullMarked;
