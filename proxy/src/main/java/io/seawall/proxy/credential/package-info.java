/// What a layer asks for, how a credential is compared, and how wrong guesses are counted and slowed down.
@NullMarked
package io.seawall.proxy.credential;

import org.jspecify.annotations.NullMarked;
