// A token endpoint: POST /token with {"user": "alice"} answers with a token for alice.
// Install: npm install jsonwebtoken
// Run:     node --env-file=.env token_endpoint.mjs
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import jwt from 'jsonwebtoken';

const { VONAGE_APPLICATION_ID, VONAGE_PRIVATE_KEY_PATH, PORT = 3000 } = process.env;
if (!VONAGE_APPLICATION_ID || !VONAGE_PRIVATE_KEY_PATH) {
  throw new Error('Set VONAGE_APPLICATION_ID and VONAGE_PRIVATE_KEY_PATH, as in .env.');
}
const key = readFileSync(VONAGE_PRIVATE_KEY_PATH);
const names = ['users', 'conversations', 'sessions', 'devices', 'image', 'media', 'applications', 'push', 'knocking', 'legs', 'rtc'];
const acl = { paths: Object.fromEntries(names.map((name) => [`/*/${name}/**`, {}])) };

function tokenFor(user) {
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + 15 * 60;
  const claims = { application_id: VONAGE_APPLICATION_ID, sub: user, iat, exp, jti: randomUUID(), acl };
  return { token: jwt.sign(claims, key, { algorithm: 'RS256' }), expires_at: new Date(exp * 1000) };
}

createServer(async (request, response) => {
  const answer = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  if (request.method !== 'POST' || request.url !== '/token') return answer(404, { error: 'There is only POST /token.' });
  // Authenticate the caller here first, and sign for no other user.
  const body = await json(request).catch(() => null);
  if (typeof body?.user !== 'string' || !body.user) return answer(400, { error: 'Send {"user": "alice"}.' });
  answer(200, tokenFor(body.user));
}).listen(PORT, '127.0.0.1', () => console.log(`POST http://127.0.0.1:${PORT}/token`));
