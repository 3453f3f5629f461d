// Proves in a real browser, on a page of the loopback interface, that the clients of a web page work against the sandbox.
//
//   node browser.mjs nexmo-client URL RESULT.json    nexmo-client with its default options; see check.mjs for the arguments
//   node browser.mjs snippet LOGIN.mjs USER          the login code as credwiz copies it, with @vonage/client-sdk

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const [what, ...given] = process.argv.slice(2);
const modules = fileURLToPath(new URL('node_modules/', import.meta.url));
const imports = { '@vonage/client-sdk': '/modules/@vonage/client-sdk/dist/vonageClientSDK.mjs' };
const pages = {
  '/nexmo-client': '<script src="/modules/nexmo-client/dist/nexmoClient.js"></script>',
  '/snippet': `<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/login.mjs"></script>`,
};

const site = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pages[pathname]) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><link rel="icon" href="data:,">${pages[pathname]}`);
    return;
  }
  response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
  if (pathname === '/login.mjs') {
    // The page keeps the client, for what an app does next.
    response.end(`${readFileSync(given[0], 'utf8')}\nglobalThis.client = client;\n`);
  } else {
    response.end(readFileSync(modules + pathname.replace('/modules/', '')));
  }
});
await new Promise((ready) => site.listen(0, '127.0.0.1', ready));

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  timeout: 30_000,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});

const proofs = {
  async 'nexmo-client'(page, url, result) {
    const { jwt } = JSON.parse(readFileSync(result, 'utf8')).users[0].token;
    const got = await page.evaluate(async ({ url, jwt }) => {
      const hosts = { url: url.replace(/^http/, 'ws'), nexmo_api_url: url };
      const refused = await new NexmoClient(hosts).login(`${jwt}x`).catch((error) => error.type);
      const client = new NexmoClient(hosts);
      const application = await client.login(jwt);
      await application.updateToken(jwt);
      return {
        refused,
        name: application.me.name,
        conversations: application.conversations.size,
        further: await application.newConversation({ name: 'x' }).then((made) => made.name, (error) => error.description),
        left: (await client.logout()).type,
      };
    }, { url, jwt });
    assert.deepEqual(got, {
      refused: 'system:error:invalid-token', name: 'alice', conversations: 0, further: 'x', left: 'session:logged-out',
    });
  },

  async snippet(page, _, user) {
    const said = await page.waitForEvent('console', (message) => /logged in|failed/.test(message.text()));
    assert.match(said.text(), /is logged in, session SES-/);
    assert.ok(said.text().startsWith(user), said.text());
    assert.equal((await page.evaluate(() => client.getUser('me'))).name, user);
  },
};

try {
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => console.log(`the page: ${error.message}`));
  page.on('requestfailed', (request) => console.log(`the page: ${request.method()} ${request.url()}: ${request.failure().errorText}`));
  const opened = page.goto(`http://localhost:${site.address().port}/${what}`);
  if (what === 'nexmo-client') {
    await opened;
  }
  await Promise.all([opened, proofs[what](page, ...given)]);
  console.log(`passed  ${what} in a browser`);
} catch (error) {
  console.log(`FAILED  ${what} in a browser: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  site.closeAllConnections();
  site.close();
}
