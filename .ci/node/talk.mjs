// Proves that two users talk in the sandbox with both generations of the Client SDK, unmodified, in Node.
//
//   node talk.mjs URL RESULT.json
//
// RESULT.json is what credwiz --json printed on a run against the same sandbox, for the users alice and bob. The sockets
// go through a proxy, which can drop them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';

import { OrderBy, PresentingOrder, VonageClient } from '@vonage/client-sdk';
import { tokenGenerate } from '@vonage/jwt';

const [url, resultFile] = process.argv.slice(2);
const made = JSON.parse(readFileSync(resultFile, 'utf8'));
const tokens = Object.fromEntries(made.users.map((user) => [user.name, user.token.jwt]));

// Of what a browser has and Node has not, nexmo-client needs this alone.
globalThis.XMLHttpRequest = class {
  headers = {};
  open(method, address) {
    Object.assign(this, { method, address });
  }
  setRequestHeader(name, value) {
    this.headers[name] = value;
  }
  async send(body) {
    try {
      const answer = await fetch(this.address, { method: this.method, headers: this.headers, body });
      const text = await answer.text();
      Object.assign(this, { status: answer.status, response: text ? JSON.parse(text) : null });
    } catch (error) {
      return this.onerror(error);
    }
    this.onload();
  }
};
const NexmoClient = createRequire(import.meta.url)('nexmo-client-9');

// The proxy that the sockets go through.
const { hostname, port } = new URL(url);
const through = new Set();
const proxy = createServer((here) => {
  const there = connect({ host: hostname, port });
  for (const [from, to] of [[here, there], [there, here]]) {
    through.add(from);
    from.on('error', () => to.destroy()).on('close', () => {
      through.delete(from);
      to.destroy();
    }).pipe(to);
  }
}).listen(0, '127.0.0.1');
await once(proxy, 'listening');
const sockets = `http://127.0.0.1:${proxy.address().port}`;
const dropSockets = () => through.forEach((socket) => socket.destroy());

// An ear collects events, and waits for a certain event.
class Ear {
  heard = [];
  waiting = [];
  hear(event) {
    this.heard.push(event);
    this.waiting = this.waiting.filter(({ wants, found }) => !wants(event) || found(event));
  }
  async wait(what, wants) {
    const old = this.heard.find(wants);
    if (old) {
      return old;
    }
    return new Promise((found, lost) => {
      const late = setTimeout(() => lost(new Error(`never heard ${what}`)), 20_000);
      this.waiting.push({ wants, found: (event) => (clearTimeout(late), found(event)) });
    });
  }
}

// renewed is another token of a user, as a backend signs it.
const renewed = (subject) => tokenGenerate(made.application.id, readFileSync(made.application.private_key_path, 'utf8'), {
  subject, ttl: 600, acl: { paths: { '/*/users/**': {}, '/*/conversations/**': {}, '/*/sessions/**': {}, '/*/rtc/**': {} } },
});

async function login(name) {
  const client = new VonageClient({ apiUrl: url, websocketUrl: sockets, disableInternalLogger: true });
  const ear = new Ear();
  client.on('conversationEvent', (event) => ear.hear(event));
  const session = await client.createSession(tokens[name]);
  assert.match(session, /^SES-/);
  return { name, client, ear, session };
}

async function loginNexmo(name) {
  const client = new NexmoClient({ url: sockets, nexmo_api_url: url });
  return { name, client, application: await client.createSession(tokens[name]) };
}

// listen gives an ear to a conversation of nexmo-client.
function listen(conversation) {
  const ear = new Ear();
  for (const type of ['text', 'message', 'wave', 'member:joined', 'member:left', 'text:seen', 'text:typing:on', 'event:delete']) {
    conversation.on(type, (member, event) => ear.hear({ type, from: member?.userName, body: event.body }));
  }
  return ear;
}

const proofs = {
  async '@vonage/client-sdk 2.3.1: the calls of its README, and what chat needs'() {
    const [alice, bob] = await Promise.all([login('alice'), login('bob')]);
    const id = await alice.client.createConversation({ name: 'room', displayName: 'Room', customSortKey: 'k', customData: { a: 1 } });
    const member = await alice.client.joinConversation(id);
    assert.match(member, /^MEM-/);
    const invited = await alice.client.inviteToConversation(id, 'bob');
    const invitation = await bob.ear.wait('the invitation', (e) => e.kind === 'member:invited');
    assert.deepEqual([invitation.conversationId, invitation.from.user.name], [id, 'alice']);
    assert.equal(await bob.client.joinConversation(id), invited);
    await alice.ear.wait('that bob joined', (e) => e.kind === 'member:joined' && e.body.user.name === 'bob');

    await alice.client.sendMessageTextEvent(id, 'Hello World!');
    const text = await bob.ear.wait('the text', (e) => e.kind === 'message:text');
    assert.deepEqual([text.body.text, text.from.user.name, text.from.memberId], ['Hello World!', 'alice', member]);
    await bob.client.sendMessageTextEvent(id, 'Hello Alice');
    await alice.ear.wait('the answer', (e) => e.kind === 'message:text' && e.body.text === 'Hello Alice');
    await bob.client.sendCustomEvent(id, 'custom:wave', { hand: 'left' });
    assert.deepEqual((await alice.ear.wait('the custom event', (e) => e.kind === 'custom')).body, { hand: 'left' });
    await bob.client.sendMessageCustomEvent(id, { shoe: 42 });
    await alice.ear.wait('the custom message', (e) => e.kind === 'message:custom');
    await bob.client.sendMessageImageEvent(id, new URL('https://example.com/a.png'));
    await alice.ear.wait('the image', (e) => e.kind === 'message:image');
    await bob.client.sendEphemeralEvent(id, { typing: true });
    await alice.ear.wait('the ephemeral event', (e) => e.kind === 'ephemeral');
    await bob.client.sendMessageSeenEvent(text.id, id);
    await alice.ear.wait('that bob has seen it', (e) => e.kind === 'message:seen');

    const { conversations } = await alice.client.getConversations({
      order: PresentingOrder.DESC, pageSize: 10, cursor: undefined, includeCustomData: true, orderBy: OrderBy.CUSTOM_SORT_KEY,
    });
    assert.deepEqual(conversations.map((c) => [c.id, c.displayName, c.properties.customData]), [[id, 'Room', { a: 1 }]]);
    assert.equal((await bob.client.getConversation('room')).memberState, 'JOINED');
    const { members } = await bob.client.getConversationMembers(id);
    assert.deepEqual(members.map((m) => [m.user.name, m.state]), [['alice', 'JOINED'], ['bob', 'JOINED']]);
    const kinds = [];
    for (let cursor; cursor !== null;) {
      const page = await bob.client.getConversationEvents(id, { pageSize: 2, order: PresentingOrder.ASC, cursor });
      kinds.push(...page.events.map((e) => e.kind));
      cursor = page.nextCursor;
    }
    assert.deepEqual(kinds.filter((kind) => !kind.startsWith('member:')), [
      'message:text', 'message:text', 'custom', 'message:custom', 'message:image',
    ]);
    await alice.client.deleteEvent(text.id, id);
    await bob.ear.wait('that it is deleted', (e) => e.kind === 'event:delete');
    assert.equal((await bob.client.getConversationEvents(id, { pageSize: 100 })).events.some((e) => e.id === text.id), false);

    await alice.client.refreshSession(renewed('alice'));
    await bob.client.refreshSession(renewed('bob'));
    let back = 0;
    bob.client.on('reconnection', () => back++);
    dropSockets();
    await alice.client.sendMessageTextEvent(id, 'Are you there?');
    await bob.ear.wait('what bob missed', (e) => e.kind === 'message:text' && e.body.text === 'Are you there?');
    assert.equal(back, 1);

    await bob.client.leaveConversation(id);
    await alice.ear.wait('that bob left', (e) => e.kind === 'member:left' && e.body.user.name === 'bob');
    await assert.rejects(bob.client.sendMessageTextEvent(id, 'x'), { code: 'conversation:error:member-not-found' });
    await alice.client.deleteConversation(id);
    await assert.rejects(alice.client.getConversation(id), { code: 'conversation:error:not-found' });
    await Promise.all([alice.client.deleteSession(), bob.client.deleteSession()]);
  },

  async 'nexmo-client 9.5.1: the calls of its guides'() {
    const [alice, bob] = await Promise.all([loginNexmo('alice'), loginNexmo('bob')]);
    const invitations = new Ear();
    bob.application.on('member:invited', (member, event) => invitations.hear({ by: member.invited_by, id: event.cid }));
    const hers = await alice.application.newConversationAndJoin({ name: 'nexmo', display_name: 'Nexmo' });
    const herEar = listen(hers);
    assert.deepEqual([hers.me.state, hers.display_name], ['JOINED', 'Nexmo']);
    assert.equal((await hers.invite({ user_name: 'bob' })).state, 'INVITED');
    assert.deepEqual(await invitations.wait('the invitation', () => true), { by: 'alice', id: hers.id });
    const his = await bob.application.getConversation(hers.id);
    const hisEar = listen(his);
    await his.join();
    await herEar.wait('that bob joined', (e) => e.type === 'member:joined' && e.from === 'bob');

    const sent = await hers.sendText('Hello');
    await hisEar.wait('the text', (e) => e.type === 'text' && e.from === 'alice' && e.body.text === 'Hello');
    await his.events.get(sent.id).seen();
    await herEar.wait('that bob has seen it', (e) => e.type === 'text:seen');
    await his.sendMessage({ message_type: 'text', text: 'Hello Alice' });
    await herEar.wait('the answer', (e) => e.type === 'message' && e.body.text === 'Hello Alice');
    await his.sendCustomEvent({ type: 'wave', body: { hand: 'left' } });
    await herEar.wait('the custom event', (e) => e.type === 'wave' && e.body.hand === 'left');
    await his.startTyping();
    await herEar.wait('that bob types', (e) => e.type === 'text:typing:on');
    await hers.deleteEvent(hers.events.get(sent.id));
    await hisEar.wait('that it is deleted', (e) => e.type === 'event:delete');

    const types = [];
    for (let page = await his.getEvents({ page_size: 2 }); ; page = await page.getNext()) {
      types.push(...[...page.items.values()].map((event) => event.type));
      if (!page.hasNext()) {
        break;
      }
    }
    assert.deepEqual(types.filter((type) => !/:(delivered|seen|joined|invited)$/.test(type)), ['text', 'message', 'wave', 'event:delete']);
    assert.deepEqual([...(await hers.getMembers()).items.values()].map((m) => [m.user.name, m.state]), [['alice', 'JOINED'], ['bob', 'JOINED']]);
    const listed = await bob.application.getConversations({ page_size: 20 });
    assert.deepEqual([...listed.items.values()].map((c) => [c.name, c.me.state]), [['nexmo', 'JOINED']]);
    assert.equal((await alice.application.getUser()).name, 'alice');

    await bob.application.updateToken(renewed('bob'));
    const session = bob.client.session_id;
    const again = once(bob.client, 'reconnect');
    dropSockets();
    await hers.sendText('Are you there?');
    await hisEar.wait('what bob missed', (e) => e.type === 'text' && e.body.text === 'Are you there?');
    await again;
    assert.equal(bob.client.session_id, session);

    await assert.rejects(hers.inviteWithAudio({ user_name: 'bob' }), { detail: /does not simulate calls/ });
    await his.leave({ reason_code: '1', reason_text: 'bye' });
    assert.deepEqual((await herEar.wait('that bob left', (e) => e.type === 'member:left')).body.reason, { code: '1', text: 'bye' });
    await hers.del();
    await assert.rejects(alice.application.getConversation(hers.id), { type: 'conversation:error:not-found' });
    await Promise.all([alice.client.deleteSession(), bob.client.deleteSession()]);
  },

  async 'both Client SDKs in one conversation'() {
    const [alice, bob] = await Promise.all([login('alice'), loginNexmo('bob')]);
    const id = await alice.client.createConversation({ name: 'both' });
    await alice.client.joinConversation(id);
    const his = await bob.application.getConversation(id);
    const hisEar = listen(his);
    await his.join();
    await alice.client.sendMessageTextEvent(id, 'from today');
    await hisEar.wait("today's message", (e) => e.type === 'message' && e.body.text === 'from today');
    await his.sendMessage({ message_type: 'text', text: 'from before' });
    await alice.ear.wait("yesterday's message", (e) => e.kind === 'message:text' && e.body.text === 'from before');
    await his.sendText('a kind of text that is no message');
    assert.equal((await alice.client.getConversationEvents(id, { pageSize: 100 })).events.at(-1).kind, 'message:text');
    await alice.client.deleteConversation(id);
    await Promise.all([alice.client.deleteSession(), bob.client.deleteSession()]);
  },
};

let failed = 0;
for (const [name, prove] of Object.entries(proofs)) {
  try {
    await prove();
    console.log(`passed  ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error.stack ?? error.message}`);
  }
}
process.exit(failed > 0 ? 1 : 0); // the SDKs keep timers
