// Ten wrong passwords lock out the network that sent them, and nobody else.
import { check, matching } from './check.mjs';
import { curl } from './curl.mjs';
import { password } from './world.mjs';

const guesser = ['--interface', '127.2.0.66'];
const guesses = [];
for (let i = 0; i < 12; i++) guesses.push(await curl('/', '--user', `admin:guess-number-${i}`, ...guesser));

await check('lockout: the first wrong password is refused', 401, () => guesses[0].status);
await check('lockout: after ten no more is tried', 429, () => guesses[11].status);
await check('lockout: the answer says when to retry', matching(/^\d+$/), () => guesses[11].headers.get('retry-after'));
await check('lockout: the right password is not tried either', 429, async () => (await curl('/', password, ...guesser)).status);
await check('lockout: another network is not locked out', 200, async () => (await curl('/', password)).status);
