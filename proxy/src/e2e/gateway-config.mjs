// gateway-config.mjs FOLDER trusting|untrusting|foreign: writes the gateway's openclaw.json.
// "untrusting" leaves trustedProxies out: the gateway then refuses whatever comes through a proxy.
// "foreign" allows the pages of another origin instead of ours.
import fs from 'node:fs';

const [folder, trust] = process.argv.slice(2);
const { GATEWAY_PORT, PROVIDER_PORT, PUBLIC_PORT, SANDBOX_PORT, PORTALS_PORT } = process.env;

const config = {
  gateway: {
    mode: 'local',
    port: Number(GATEWAY_PORT),
    bind: 'loopback',
    auth: { mode: 'token' },
    ...(trust !== 'untrusting' ? { trustedProxies: ['127.0.0.1'] } : {}),
    controlUi: {
      enabled: true,
      allowedOrigins: [trust === 'foreign' ? 'https://foreign.example' : `https://127.0.0.1:${PUBLIC_PORT}`],
      communityInvite: false,
      automaticallyFetchFavicons: false,
    },
    http: { endpoints: { chatCompletions: { enabled: true } } },
    ...(PORTALS_PORT ? { portals: { ingress: { domain: 'preview.example.net', port: Number(PORTALS_PORT) } } } : {}),
  },
  hooks: { enabled: true, path: '/hooks', token: '${OPENCLAW_HOOKS_TOKEN}' },
  models: {
    mode: 'merge',
    catalogRefresh: { enabled: false },
    providers: {
      fake: {
        baseUrl: `http://127.0.0.1:${PROVIDER_PORT}/v1`,
        apiKey: 'fake',
        api: 'openai-completions',
        models: [{
          id: 'fake-1', name: 'Fake', reasoning: false, input: ['text'], contextWindow: 128000, maxTokens: 4096,
          cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
        }],
      },
    },
  },
  agents: { defaults: { model: { primary: 'fake/fake-1' }, workspace: `${folder}/workspace`, skipBootstrap: true } },
  ...(SANDBOX_PORT ? {
    mcp: { apps: { enabled: true, sandboxOrigin: `https://127.0.0.1:${SANDBOX_PORT}` } },
    tools: { profile: 'minimal', alsoAllow: ['show_widget', 'portal', 'sessions_list'], toolSearch: false },
  } : {}),
  discovery: { mdns: { mode: 'off' } },
  update: { checkOnStart: false, auto: { enabled: false } },
  telemetry: { enabled: false },
  logging: { file: `${folder}/gateway.log`, level: 'info' },
};

fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
fs.writeFileSync(`${folder}/openclaw.json`, JSON.stringify(config, null, 2), { mode: 0o600 });
