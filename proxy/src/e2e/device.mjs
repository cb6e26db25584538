// A device of the gateway's protocol: it signs the challenge with its own key and asks to be let in.
import crypto from 'node:crypto';
import { GATEWAY_TOKEN } from './world.mjs';

const CLIENT = 'cli', ROLE = 'operator', SCOPES = ['operator.read', 'operator.write'];
const base64url = bytes => Buffer.from(bytes).toString('base64url');

export class Device {
  #key = crypto.generateKeyPairSync('ed25519').privateKey;

  /// Answers the challenge on an open WebSocket; gives the gateway's answer to `connect`.
  async connect(socket) {
    const challenge = await socket.next();
    if (challenge.event !== 'connect.challenge') throw new Error(`no challenge but ${JSON.stringify(challenge)}`);
    socket.send({ type: 'req', id: '1', method: 'connect', params: this.#params(challenge.payload) });
    for (;;) {
      const message = await socket.next();
      if (message.type === 'res') return message;
    }
  }

  #params({ nonce, ts: signedAt }) {
    const raw = crypto.createPublicKey(this.#key).export({ type: 'spki', format: 'der' }).subarray(-32);
    const id = crypto.createHash('sha256').update(raw).digest('hex');
    const signed = ['v2', id, CLIENT, CLIENT, ROLE, SCOPES.join(','), signedAt, GATEWAY_TOKEN, nonce].join('|');
    return {
      minProtocol: 3, maxProtocol: 99, role: ROLE, scopes: SCOPES, caps: [], auth: { token: GATEWAY_TOKEN },
      client: { id: CLIENT, version: '1', platform: 'linux', mode: CLIENT },
      device: { id, publicKey: base64url(raw), signature: base64url(crypto.sign(null, Buffer.from(signed), this.#key)), signedAt, nonce },
    };
  }
}
