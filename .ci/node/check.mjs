// Proves that other people's clients work against the sandbox unchanged, and that they take the token that credwiz
// made. Only the packages' own option for the API's host is set; everything else is as they come.
//
//   VONAGE_API_SECRET=... node check.mjs URL KEY RESULT.json
//
// RESULT.json is what credwiz --json printed on a run against the same sandbox, for the user alice and with
// --expires 1h.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Applications } from '@vonage/applications';
import { Auth } from '@vonage/auth';
import { tokenGenerate, verifySignature } from '@vonage/jwt';
import { AuthenticationType, Client } from '@vonage/server-client';
import { Users } from '@vonage/users';

const [url, apiKey, resultFile] = process.argv.slice(2);
const apiSecret = process.env.VONAGE_API_SECRET;
const made = JSON.parse(readFileSync(resultFile, 'utf8'));
const options = { apiHost: url, restHost: url, timeout: 5000 };
const applications = new Applications(new Auth({ apiKey, apiSecret }), options);

// usersOf speaks for an application: @vonage/auth signs a token for each of its requests. The key is the text or a file.
const usersOf = (applicationId, privateKey) => new Users(new Auth({ applicationId, privateKey }), options);

const keyPair = () => generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

async function all(generator) {
  const items = [];
  for await (const item of generator) {
    items.push(item);
  }
  return items;
}

// refused waits for the API to refuse, and returns the body that says why.
async function refused(status, promise) {
  const error = await promise.then(() => assert.fail(`not refused with ${status}`), (reason) => reason);
  assert.equal(error.response?.status, status, error.message);
  return error.response.json();
}

// usersWith asks for the users with a token as it is.
const usersWith = (token) => fetch(`${url}/v1/users`, {
  headers: { Authorization: `Bearer ${token}` },
  signal: AbortSignal.timeout(5000),
});

const rtc = { webhooks: { eventUrl: { address: 'https://example.com/webhooks/rtc', httpMethod: 'POST' } } };
const own = keyPair();
let generated; // the application whose key pair the API made
let brought; // the application that brought its own public key

const proofs = {
  async 'an application whose key pair the API makes'() {
    generated = await applications.createApplication({ name: 'generated', capabilities: { rtc } });
    assert.match(generated.keys.privateKey, /^-----BEGIN PRIVATE KEY-----/);
    const token = tokenGenerate(generated.id, generated.keys.privateKey);
    assert.ok(verifySignature(token, generated.keys.publicKey), 'the pair does not belong together');
    const read = await applications.getApplication(generated.id);
    assert.equal(read.keys.publicKey, generated.keys.publicKey);
    assert.equal(read.keys.privateKey, undefined, 'the private key is told twice');
  },

  async 'an application with its own public key'() {
    brought = await applications.createApplication({
      name: 'brought', keys: { publicKey: own.publicKey }, capabilities: { rtc }, privacy: { improveAi: false },
    });
    assert.equal(brought.keys.publicKey.trim(), own.publicKey.trim());
    assert.equal(brought.keys.privateKey, undefined);
    assert.equal(brought.privacy.improveAi, false);
    // The package gives both spellings of what it reads.
    assert.deepEqual(brought.capabilities.rtc.webhooks.eventUrl, { ...rtc.webhooks.eventUrl, http_method: 'POST' });
  },

  async 'every page of the applications'() {
    for (const name of ['third', 'fourth']) {
      await applications.createApplication({ name });
    }
    const found = await all(applications.listAllApplications({ pageSize: 2 }));
    assert.deepEqual(found.map((a) => a.name), [made.application.name, 'generated', 'brought', 'third', 'fourth']);
    const page = await applications.getApplicationPage({ page: 2, pageSize: 2 });
    assert.deepEqual([page.totalItems, page.totalPages, page.pageSize], [5, 3, 2]);
  },

  async "the application of vonage apps init, which leaves null what was not asked for"() {
    const made = await applications.createApplication({
      name: 'init', privacy: { improveAi: false }, capabilities: {
        rtc: { webhooks: { eventUrl: { address: 'https://example.com/rtc/event', httpMethod: null } }, signedCallbacks: true },
        voice: { signedCallbacks: true, conversationTtl: null },
      },
    });
    assert.match(made.keys.privateKey, /^-----BEGIN PRIVATE KEY-----/);
    await applications.deleteApplication(made.id);
  },

  async 'the paths of the Go SDK, which end in a slash'() {
    const headers = { Authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}` };
    const listed = await fetch(`${url}/v2/applications/?page_size=1`, { headers, redirect: 'error' });
    assert.equal((await listed.json()).page_size, 1);
  },

  async 'an application is updated and keeps its key pair'() {
    const read = await applications.getApplication(generated.id);
    await applications.updateApplication({ id: read.id, name: 'renamed', capabilities: { rtc } });
    const again = await applications.getApplication(read.id);
    assert.equal(again.name, 'renamed');
    assert.equal(again.keys.publicKey, read.keys.publicKey);
  },

  async 'users, with everything that one can have and with nothing'() {
    const users = usersOf(brought.id, own.privateKey);
    const full = await users.createUser({
      name: 'bob & carol',
      displayName: 'Bób',
      imageUrl: 'https://example.com/bob.png',
      properties: { customData: { shoe: 42 } },
      channels: { sip: [{ uri: 'sip:4442138907@sip.example.com' }] },
    });
    assert.match(full.id, /^USR-[0-9a-f-]{36}$/);
    assert.deepEqual([full.name, full.displayName], ['bob & carol', 'Bób']);
    assert.deepEqual(full.properties.customData, { shoe: 42 });
    assert.deepEqual(await users.getUser(full.id), full);
    assert.match((await users.createUser({})).name, /^NAM-/);
  },

  async 'every page of the users, and one by name'() {
    const users = usersOf(generated.id, generated.keys.privateKey);
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const name of names) {
      await users.createUser({ name });
    }
    assert.deepEqual((await all(users.listAllUsers({ pageSize: 2 }))).map((u) => u.name), names);
    const descending = await all(users.listAllUsers({ pageSize: 2, order: 'desc' }));
    assert.deepEqual(descending.map((u) => u.name), names.toReversed());
    const page = await users.getUserPage({ name: 'three' });
    assert.deepEqual(page._embedded.users.map((u) => u.name), ['three']);
  },

  async 'a user is updated'() {
    const users = usersOf(brought.id, own.privateKey);
    const user = await users.createUser({ name: 'dave', displayName: 'Dave' });
    await users.updateUser({ id: user.id, displayName: 'David' });
    const again = await users.getUser(user.id);
    assert.deepEqual([again.name, again.displayName], ['dave', 'David']);
  },

  async 'refusals, as the packages read them'() {
    const strangers = new Applications(new Auth({ apiKey, apiSecret: 'WrongSecret1' }), options);
    assert.match((await refused(401, strangers.listApplications({}))).type, /#unauthorized$/);
    const invalid = await refused(400, applications.createApplication({ name: '' }));
    assert.deepEqual(invalid.invalid_parameters.map((p) => p.name), ['name']);
    const users = usersOf(brought.id, own.privateKey);
    assert.equal((await refused(409, users.createUser({ name: 'dave' }))).code, 'user:error:duplicate-name');
    const forger = usersOf(brought.id, keyPair().privateKey);
    assert.equal((await refused(401, forger.getUserPage())).code, 'system:error:invalid-token');
  },

  async 'the balance, with the base client alone'() {
    class Account extends Client {
      authType = AuthenticationType.BASIC;
    }
    const account = new Account(new Auth({ apiKey, apiSecret }), options);
    const { data } = await account.sendGetRequest(`${account.config.restHost}/account/get-balance`);
    assert.equal(typeof data.value, 'number');
  },

  async "credwiz's token passes the check of @vonage/jwt"() {
    const { jwt } = made.users[0].token;
    const { keys } = await applications.getApplication(made.application.id);
    assert.ok(verifySignature(jwt, keys.publicKey));
    assert.ok(!verifySignature(jwt, own.publicKey), 'another key verifies it too');
    const [header, claims] = jwt.split('.');
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url')), { alg: 'RS256', typ: 'JWT' });
    const forged = Buffer.from(JSON.stringify({ ...claimsOf(jwt), sub: 'mallory' })).toString('base64url');
    assert.ok(!verifySignature(jwt.replace(claims, forged), keys.publicKey), 'other claims are verified too');
  },

  async "credwiz's token claims what it should"() {
    const user = made.users[0];
    const claims = claimsOf(user.token.jwt);
    assert.deepEqual(Object.keys(claims).sort(), ['acl', 'application_id', 'exp', 'iat', 'jti', 'sub']);
    assert.equal(claims.application_id, made.application.id);
    assert.equal(claims.sub, 'alice');
    assert.equal(claims.exp - claims.iat, 3600);
    assert.ok(Math.abs(claims.iat - Date.now() / 1000) < 120, 'iat is not now');
    assert.match(claims.jti, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    for (const service of ['rtc', 'users', 'conversations', 'sessions', 'devices', 'push', 'knocking', 'legs']) {
      assert.deepEqual(claims.acl.paths[`/*/${service}/**`], {}, service);
    }
    assert.equal((await usersWith(user.token.jwt)).status, 200);
  },

  async "credwiz's key file signs for @vonage/auth"() {
    const users = usersOf(made.application.id, made.application.private_key_path);
    const found = await all(users.listAllUsers());
    assert.deepEqual(found.map((u) => [u.id, u.name]), [[made.users[0].id, 'alice']]);
  },

  async 'a token of @vonage/jwt passes the sandbox'() {
    const acl = { paths: { '/*/users/**': {} } };
    const narrow = { paths: { '/*/rtc/**': {} } };
    const tokens = {
      admin: [200, tokenGenerate(brought.id, own.privateKey)],
      user: [200, tokenGenerate(brought.id, own.privateKey, { subject: 'dave', acl, ttl: 60 })],
      'user without the path': [403, tokenGenerate(brought.id, own.privateKey, { subject: 'dave', acl: narrow })],
      'another application': [401, tokenGenerate(generated.id, own.privateKey)],
      'out of date': [401, tokenGenerate(brought.id, own.privateKey, { issued_at: Math.floor(Date.now() / 1000) - 90000 })],
    };
    for (const [name, [status, token]] of Object.entries(tokens)) {
      assert.equal((await usersWith(token)).status, status, name);
    }
  },

  async 'users and applications are deleted'() {
    const users = usersOf(brought.id, own.privateKey);
    for (const { id } of await all(users.listAllUsers())) {
      await users.deleteUser(id);
      await refused(404, users.getUser(id));
    }
    for (const { id } of await all(applications.listAllApplications())) {
      await applications.deleteApplication(id);
      await refused(404, applications.getApplication(id));
    }
    assert.equal((await applications.getApplicationPage({})).totalItems, 0);
  },
};

let failed = 0;
for (const [name, prove] of Object.entries(proofs)) {
  try {
    await prove();
    console.log(`passed  ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error.message}`);
  }
}
console.log(`${Object.keys(proofs).length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
