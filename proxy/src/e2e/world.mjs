// The run's addresses, credentials and folders, as `run` hands them over.
const env = process.env;

export const HOST = `127.0.0.1:${env.PUBLIC_PORT}`;
export const PUBLIC = `https://${HOST}`;
export const ADMIN = `http://127.0.0.1:${env.ADMIN_PORT}`;
export const GATEWAY_PORT = Number(env.GATEWAY_PORT);
export const SANDBOX = `https://127.0.0.1:${env.SANDBOX_PORT}`;
export const RUN = env.RUN;
export const CA = `${RUN}/state/ca.pem`;

export const USERNAME = env.USERNAME;
export const PASSWORD = env.PASSWORD;
export const GATEWAY_TOKEN = env.GATEWAY_TOKEN;
export const HOOKS_TOKEN = env.HOOKS_TOKEN;
export const BASIC = 'Basic ' + Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64');

export const bearer = token => `Authorization: Bearer ${token}`;
export const password = `Authorization: ${BASIC}`;
export const gatewayToken = bearer(GATEWAY_TOKEN);
export const hooksToken = bearer(HOOKS_TOKEN);
