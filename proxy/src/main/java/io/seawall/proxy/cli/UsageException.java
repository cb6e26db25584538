package io.seawall.proxy.cli;

/// The words of a command are not what it takes. The message names the word and what was expected, never a value that
/// may be a secret.
final class UsageException extends Exception {
    UsageException(String message) {
        super(message);
    }
}
