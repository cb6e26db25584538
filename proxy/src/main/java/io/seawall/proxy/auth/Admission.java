package io.seawall.proxy.auth;

/// How far the throttle lets a client try its layer. A session counts in each of them.
enum Admission {
    // Any credential counts.
    FREE,
    // The layer's budget of wrong credentials is spent and this client's network is not known. No password is compared.
    // A token is, because one of 128 bits cannot be guessed, and a flood must not stop webhooks.
    SLOWED,
    // The client's network guessed too often: nothing but a session counts.
    LOCKED
}
