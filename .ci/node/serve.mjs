// Proves in a real browser that the page of credwiz serve does what it is for: alice and bob, in a tab each, log in with the
// Client SDK and talk, while tokens are renewed and connections drop.
//
//   VONAGE_API_SECRET=... node serve.mjs CREDWIZ URL KEY
//
// The application is made in the folder serve, through a relay: it stands between the page and the sandbox, and can cut their
// connections.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const [credwiz, sandbox, key] = process.argv.slice(2);
const axe = readFileSync(fileURLToPath(new URL('node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');

const open = new Set();
const relay = createServer((here) => {
  const { hostname, port } = new URL(sandbox);
  const there = connect(port, hostname);
  for (const [one, other] of [[here, there], [there, here]]) {
    open.add(one);
    one.pipe(other);
    one.on('error', () => {}).on('close', () => {
      open.delete(one);
      other.destroy();
    });
  }
});
relay.listen(0, '127.0.0.1');
await once(relay, 'listening');
const cut = () => open.forEach((connection) => connection.destroy());

const host = `http://127.0.0.1:${relay.address().port}`;
const made = spawn(credwiz, ['--api-host', host, '--api-key', key, '--no-input', '--app-name', 'For a page', '--user', 'alice', '--dir', 'serve'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
const [said] = await Promise.all([made.stderr.setEncoding('utf8').toArray(), once(made, 'exit')]);
assert.equal(made.exitCode, 0, said.join(''));
symlinkSync('../node_modules', 'serve/node_modules');

const server = spawn(credwiz, ['serve', '--addr', '127.0.0.1:0', '--expires', '30s', '--create-users', '--trust-api-host'], {
  cwd: 'serve', stdio: ['ignore', 'pipe', 'pipe'],
});
let log = '';
server.stderr.on('data', (text) => { log += text; });
let address;
for await (const line of createInterface({ input: server.stdout })) {
  if (line.startsWith('Page ')) {
    [, address] = line.split(/\s+/);
    break;
  }
}
assert.ok(address, `credwiz serve did not start: ${log}`);

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  timeout: 30_000,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});

const context = await browser.newContext({ viewport: { width: 1000, height: 900 } });

// A person in a tab of their own, who finds things as one does who sees or hears the page.
async function person(name, { scheme = 'light', created = false } = {}) {
  const page = await context.newPage();
  await page.emulateMedia({ colorScheme: scheme });
  page.setDefaultTimeout(15_000);
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => /Content Security Policy|Refused/.test(message.text()) && wrong.push(message.text()));
  await page.goto(address);
  await page.getByText('Ready to log in.').waitFor();
  const press = (label) => page.getByRole('button', { name: label, exact: true }).click();
  return {
    name, page, wrong, press,
    status: (text) => page.locator('#state', { hasText: text }).waitFor(),
    sees: (text) => page.getByRole('log').getByText(text).waitFor(),
    event: (text) => page.locator('#events').getByText(text).first().waitFor(),
    session: () => page.locator('#session').textContent(),
    async logIn() {
      if (created) {
        await page.getByLabel('Or a new user').fill(name);
      } else {
        await page.getByLabel('Log in as').selectOption(name);
      }
      await press('Log in');
      await this.status(`${name} is logged in.`);
      assert.match(await this.session(), /^SES-/);
    },
    async says(text) {
      await page.getByLabel('Message', { exact: true }).fill(text);
      await page.keyboard.press('Enter');
    },
    async isAccessible(when) {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map((v) => [v.id, ...v.nodes.map((n) => n.html)]), [], `axe-core ${when}, in ${scheme}`);
    },
  };
}

const proofs = {
  async 'two users log in with the Client SDK and talk'() {
    alice = await person('alice');
    await alice.isAccessible('before the login');
    await alice.logIn();
    await alice.press('Create or join');
    await alice.status('alice is in lobby.');
    bob = await person('bob', { scheme: 'dark', created: true });
    await bob.logIn();
    await bob.press('Create or join');
    await bob.status('bob is in lobby.');
    await alice.sees('bob joined');
    await alice.says('Hello, Bob');
    await bob.sees('alice: Hello, Bob');
    await bob.says('Hello, Alice');
    await alice.sees('bob: Hello, Alice');
    await alice.event('conversationEvent');
    await alice.isAccessible('in a conversation');
    await bob.isAccessible('in a conversation');
  },

  async 'one invites the other'() {
    await alice.page.getByLabel('Name or ID').fill('quiet room');
    await alice.press('Create or join');
    await alice.status('alice is in quiet room.');
    await alice.page.getByLabel('Invite', { exact: true }).fill('bob');
    await alice.press('Invite');
    await bob.page.getByText('alice invites you to a conversation.').waitFor();
    await bob.press('Join');
    await alice.sees('bob joined');
    await alice.says('Here we are');
    await bob.sees('alice: Here we are');
  },

  async 'the conversation survives a dropped connection'() {
    const before = await bob.session();
    cut();
    await bob.event('reconnection');
    await alice.event('reconnection');
    assert.equal(await bob.session(), before);
    await alice.says('Are you there?');
    await bob.sees('alice: Are you there?');
    await bob.says('Yes');
    await alice.sees('bob: Yes');
  },

  async 'the session outlives its first token, without a click'() {
    const before = await alice.session();
    await alice.page.locator('#events').getByText('token renewed').first().waitFor({ timeout: 30_000 });
    await alice.press('Renew the token now');
    await alice.page.locator('#events').getByText('token renewed').nth(1).waitFor();
    assert.equal(await alice.session(), before);
    await alice.says('Still here');
    await bob.sees('alice: Still here');
    await bob.says('Me, too');
    await alice.sees('bob: Me, too');
  },

  async 'without the SDK, the page says what to do'() {
    const page = await context.newPage();
    await page.route('**/sdk.js', (route) => route.abort());
    await page.goto(address);
    await page.getByRole('alert').getByText('Run npm install @vonage/client-sdk').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Log in' }).isDisabled());
    await page.close();
  },

  async 'both leave and log out'() {
    await alice.press('Leave');
    await bob.sees('alice left');
    for (const one of [alice, bob]) {
      await one.press('Log out');
      await one.status(`${one.name} is logged out.`);
      assert.equal(await one.session(), 'none');
      assert.deepEqual(one.wrong, []);
    }
  },

  async 'credwiz serve ends, and its log has no token'() {
    server.kill('SIGINT');
    const [code] = await once(server, 'exit');
    assert.equal(code, 130);
    assert.match(log, /POST {3}\/token {2}200 .* for bob/);
    assert.doesNotMatch(log, /eyJ/);
  },
};

let alice;
let bob;
try {
  for (const [name, proof] of Object.entries(proofs)) {
    await proof();
    console.log(`passed  ${name}`);
  }
} catch (error) {
  console.log(`FAILED  ${error.stack}\n${log}`);
  for (const one of [alice, bob]) {
    console.log(one ? `${one.name}: ${await one.page.locator('body').innerText().catch(() => '')}\n${one.wrong.join('\n')}` : '');
  }
  process.exitCode = 1;
} finally {
  await browser.close();
  server.kill('SIGKILL');
  open.forEach((connection) => connection.destroy());
  relay.close();
}
