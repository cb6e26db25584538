/// Certificates of a CA (RFC 8555): when one is asked for, what was asked before, and the conversation.
@NullMarked
package io.seawall.certs.acme;

import org.jspecify.annotations.NullMarked;
