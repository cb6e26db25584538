// The OpenAI SDK with nothing but a base URL and the gateway token.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { atLeast, check, containing, eventually } from './check.mjs';
import { GATEWAY_TOKEN, PUBLIC, RUN } from './world.mjs';

const { default: OpenAI } = createRequire(path.resolve(process.env.OPENCLAW, '../../..', 'package.json'))('openai');
const client = apiKey => new OpenAI({ baseURL: `${PUBLIC}/v1`, apiKey, maxRetries: 0, timeout: 60_000 });
const owner = client(GATEWAY_TOKEN);
const ask = content => ({ model: 'openclaw', messages: [{ role: 'user', content }] });

await check('sdk: models.list', atLeast(1), async () => (await owner.models.list()).data.length);
await check('sdk: a whole answer', containing('wholew2'), async () =>
  (await owner.chat.completions.create(ask('chunks=3 delay=10 tag=whole'))).choices[0].message.content);

const arrivals = [];
await check('sdk: a streamed answer', containing('floww4'), async () => {
  let text = '';
  for await (const chunk of await owner.chat.completions.create({ ...ask('chunks=5 delay=300 tag=flow'), stream: true })) {
    const delta = chunk.choices[0]?.delta?.content;
    if (delta) { text += delta; arrivals.push(Date.now()); }
  }
  return text;
});
await check('sdk: it arrives in pieces', atLeast(3), () => arrivals.length);
await check('sdk: the pieces arrive over time (milliseconds)', atLeast(600), () => arrivals.at(-1) - arrivals[0]);

await check('sdk: leaving a stream ends the work upstream', true, async () => {
  const stream = await owner.chat.completions.create({ ...ask('chunks=300 delay=200 tag=goaway'), stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.delta?.content) break;
  stream.controller.abort();
  return eventually(10, () => fs.existsSync(`${RUN}/provider-events`) && fs.readFileSync(`${RUN}/provider-events`, 'utf8').includes('tag=goaway'));
});

await check('sdk: a wrong key', 401, () => client('0'.repeat(64)).models.list().then(() => 200, trouble => trouble.status));
