/// The configuration: keys, records validated at construction, secrets, and the loader that reports every problem at
/// once.
@NullMarked
package io.seawall.config;

import org.jspecify.annotations.NullMarked;
