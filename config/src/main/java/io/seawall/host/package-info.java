/// What is asked of the machine, each question in one place: files that nobody else may read or change, addresses and host
/// names in their one form, this process, and foreign text on its way to a screen.
@NullMarked
package io.seawall.host;

import org.jspecify.annotations.NullMarked;
