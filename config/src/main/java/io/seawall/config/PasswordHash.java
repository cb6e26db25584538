package io.seawall.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A password hash in modular crypt or PHC form: bcrypt (`$2a$`, `$2b$`, `$2y$`) or argon2id. Prints its kind and cost only.
public final class PasswordHash {
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
    private static final Pattern ARGON2ID = Pattern
            .compile(
                    "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$[A-Za-z0-9+/]{11,86}\\$[A-Za-z0-9+/]{22,86}");

    /// Which function made the hash.
    public enum Kind {
        BCRYPT, ARGON2ID
    }

    private final Kind kind;
    private final String encoded;
    private final String cost;

    /// @throws IllegalArgumentException with what is wrong, never with the hash
    public PasswordHash(String encoded) {
        Matcher bcrypt = BCRYPT.matcher(encoded);
        Matcher argon = ARGON2ID.matcher(encoded);
        if (bcrypt.matches()) {
            int rounds = Integer.parseInt(bcrypt.group(1));
            if (rounds < 10 || rounds > 15) {
                throw new IllegalArgumentException("bcrypt with cost " + rounds + " (expected: 10 to 15)");
            }
            kind = Kind.BCRYPT;
            cost = "cost " + rounds;
        } else if (argon.matches()) {
            int memory = Integer.parseInt(argon.group(1));
            int passes = Integer.parseInt(argon.group(2));
            int lanes = Integer.parseInt(argon.group(3));
            if (memory < 7168 || memory > 262_144 || passes < 1 || passes > 10 || lanes < 1 || lanes > 4
                    || (long) memory * passes < 35_840) {
                throw new IllegalArgumentException("argon2id with m=" + memory + ",t=" + passes + ",p=" + lanes
                        + " (expected: m=7168 to 262144 KiB, t=1 to 10, p=1 to 4, m*t at least 35840)");
            }
            kind = Kind.ARGON2ID;
            cost = "m=" + memory + ",t=" + passes + ",p=" + lanes;
        } else {
            throw new IllegalArgumentException("not a hash (expected: bcrypt $2b$… or $argon2id$v=19$…)");
        }
        this.encoded = encoded;
    }

    public Kind kind() {
        return kind;
    }

    /// The hash itself, for the one who verifies.
    public String encoded() {
        return encoded;
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + " " + cost;
    }
}
