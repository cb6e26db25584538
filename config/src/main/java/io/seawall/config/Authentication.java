package io.seawall.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What opens which layer, for how long, and how often one may be wrong.
///
/// @param access empty: Cloudflare Access is not asked for
public record Authentication(Basic basic, Token gatewayToken, Config.Hooks hooks, Optional<Config.Access> access,
        SessionLife session, Lockout lockout) {

    /// The people's layer.
    ///
    /// @param previous what was the credential before, while it still counts
    public record Basic(String username, Credential credential, Optional<Credential> previous) {
        public Basic(String username, Credential credential) {
            this(username, credential, Optional.empty());
        }

        List<Credential> credentials() {
            return previous.map(before -> List.of(credential, before)).orElse(List.of(credential));
        }

        /// Names the present version of user and password, then the previous one, without giving them away; a name
        /// changes when user or password does.
        public List<byte[]> versions(byte[] key) {
            return credentials().stream().map(c -> version(c, key)).toList();
        }

        private byte[] version(Credential credential, byte[] key) {
            Secret text = switch (credential) {
                case Credential.Plain(Secret password) -> password;
                case Credential.Hashed(PasswordHash hash) -> new Secret(hash.encoded());
            };
            return new Secret(username + "\n").fingerprint(text.fingerprint(key));
        }

        /// What a password is compared with.
        public sealed interface Credential {
            record Plain(Secret password) implements Credential {}

            record Hashed(PasswordHash hash) implements Credential {}
        }
    }

    /// @param guesses wrong credentials of one client network within `window` that lock it out of the layer
    /// @param first the first lock's length; each further one is twice as long, up to `longest`
    /// @param budget wrong credentials of all networks within `window` beyond which logins of unauthenticated clients
    /// are delayed
    public record Lockout(int guesses, Duration window, Duration first, Duration longest, int budget) {}

    public record SessionLife(Duration idle, Duration absolute) {}
}
