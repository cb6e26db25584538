package io.seawall.proxy.credential;

/// What a network tried: how many different wrong credentials since when, and the last few of them, the latest first.
/// One of these again is no further guess: a client that reconnects with an old password learns nothing about the right
/// one.
final class Guesses {
    static final int KNOWN = 4;

    private final int count;
    private final long since;
    private final long[] known;

    private Guesses(int count, long since, long[] known) {
        this.count = count;
        this.since = since;
        this.known = known;
    }

    static Guesses first(long fingerprint, long now) {
        return new Guesses(1, now, new long[]{fingerprint});
    }

    boolean knows(long fingerprint) {
        return at(fingerprint) < known.length;
    }

    /// The known one is the latest then, so that others do not push it out.
    Guesses again(long fingerprint) {
        int at = at(fingerprint);
        if (at == 0) {
            return this;
        }
        long[] next = known.clone();
        System.arraycopy(known, 0, next, 1, at);
        next[0] = fingerprint;
        return new Guesses(count, since, next);
    }

    /// With one that is not known.
    Guesses and(long fingerprint, long now, long window) {
        long[] next = new long[Math.min(KNOWN, known.length + 1)];
        System.arraycopy(known, 0, next, 1, next.length - 1);
        next[0] = fingerprint;
        return isOver(now, window) ? new Guesses(1, now, next) : new Guesses(count + 1, since, next);
    }

    /// How many there were in the window.
    int count(long now, long window) {
        return isOver(now, window) ? 0 : count;
    }

    private boolean isOver(long now, long window) {
        return now - since > window;
    }

    private int at(long fingerprint) {
        int at = 0;
        while (at < known.length && known[at] != fingerprint) {
            at++;
        }
        return at;
    }
}
