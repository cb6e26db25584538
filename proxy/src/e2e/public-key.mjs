import crypto from 'node:crypto';
import fs from 'node:fs';
import tls from 'node:tls';
import { CA, HOST } from './world.mjs';

/// The one key that Chromium is told to accept: Seawall's, after its certificate was verified with the local CA.
export function publicKeyOfSeawall() {
  return new Promise((resolve, reject) => {
    const [host, port] = HOST.split(':');
    const socket = tls.connect({ host, port, ca: fs.readFileSync(CA) }, () => {
      const key = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
      socket.end();
      resolve(crypto.createHash('sha256').update(key).digest('base64'));
    }).on('error', reject);
  });
}
