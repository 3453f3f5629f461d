// The page of credwiz serve: it gets tokens from this server as an app gets them from its own backend, and logs in with
// the Client SDK as that comes.

import { events, loadSDK } from './client.js';
import { $, clock, note, reason } from './events.js';

let settings;
let client; // of the SDK, while someone is logged in
let user; // who that is
let ends = 0; // when the token ends, by Date.now
let lifetime = 0; // of the token, in milliseconds
let renewing = false;
let conversation; // { id, name }, while one is joined
let shown = new Set(); // the ids of the messages on the page

// say is for everyone, aloud in a screen reader.
function say(text) {
  $('state').textContent = text;
}

function trouble(text) {
  $('problem').textContent = text;
  $('problem').hidden = !text;
}

// attempt does what a person has asked for, and shows why it cannot be done.
async function attempt(what, work) {
  trouble('');
  try {
    return await work();
  } catch (error) {
    note('error', what, reason(error), error instanceof Error ? '' : error);
    trouble(`${what}: ${reason(error)}`);
    return undefined;
  }
}

async function ask(path, body) {
  let response;
  try {
    response = await fetch(path, body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  } catch {
    throw new Error('credwiz serve does not answer. Start it again, then reload this page.');
  }
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.detail || `HTTP ${response.status}`);
  }
  return { answer, at: Date.parse(response.headers.get('Date')) };
}

// tokenFor gets a token, as an app does. How long it lives is counted by the server's clock, which may not be this one's.
async function tokenFor(name) {
  const { answer, at } = await ask('/token', { user: name });
  lifetime = Date.parse(answer.expires_at) - at;
  ends = Date.now() + lifetime;
  note('token', `for ${answer.user.name}, until ${answer.expires_at}`);
  return answer;
}

function buttons() {
  const inside = Boolean(client);
  const ready = Boolean(globalThis.vonageClientSDK) && $('user').options.length + Number(settings?.create_users) > 0;
  $('log-in').disabled = inside || !ready;
  $('log-out').disabled = $('renew').disabled = $('enter').disabled = !inside;
  $('user').disabled = $('other').disabled = $('region').disabled = inside;
  $('leave').disabled = $('send').disabled = $('send-invite').disabled = !conversation;
}

function listen() {
  for (const name of events) {
    try {
      client.on(name, (...details) => {
        note(name, ...details);
        react(name, details[0]);
      });
    } catch {
      // This version of the SDK has no such event.
    }
  }
}

function react(name, event) {
  switch (name) {
    case 'reconnecting':
      say('The connection was lost. The SDK connects again.');
      break;
    case 'reconnection':
      say(`${user} is logged in again.`);
      attempt('The messages in between were not read', history);
      break;
    case 'sessionError':
      say(`The session has ended: ${event}.`);
      leaveSession();
      break;
    case 'conversationEvent':
      hear(event);
      break;
  }
}

// hear shows what happens in a conversation.
function hear(event) {
  const who = event.from?.user ?? event.body?.user;
  const name = who?.displayName || who?.name || 'the system';
  if (event.kind === 'member:invited' && event.body.user?.name === user && event.conversationId !== conversation?.id) {
    $('invitation-text').textContent = `${event.from?.user?.name ?? 'Another user'} invites you to a conversation.`;
    $('accept').dataset.conversation = event.conversationId;
    $('invitation').hidden = false;
  }
  if (event.conversationId !== conversation?.id || shown.has(String(event.id))) {
    return;
  }
  const words = {
    'message:text': () => `${name}: ${event.body.text}`,
    'member:joined': () => `${event.body.user?.name ?? name} joined`,
    'member:left': () => `${event.body.user?.name ?? name} left`,
    'member:invited': () => `${event.body.user?.name ?? name} is invited`,
  }[event.kind];
  if (words) {
    shown.add(String(event.id));
    const item = document.createElement('p');
    item.dataset.id = event.id;
    item.append(clock(new Date(event.timestamp)), ` ${words()}`);
    // The history comes after what is heard meanwhile.
    const later = [...$('messages').children].find((other) => Number(other.dataset.id) > event.id);
    $('messages').insertBefore(item, later ?? null);
    item.scrollIntoView({ block: 'nearest' });
  }
}

async function history() {
  if (conversation) {
    const page = await client.getConversationEvents(conversation.id, { pageSize: 50 });
    page.events.forEach(hear);
  }
}

async function logIn() {
  user = $('other').value.trim() || $('user').value;
  $('log-in').disabled = true; // until it is known how that ends
  say(`Logging in as ${user}.`);
  const { token, user: profile } = await tokenFor(user);
  user = profile.name;
  const config = settings.api_url
    ? { apiUrl: settings.api_url, websocketUrl: settings.socket_url, rtcStatsTelemetry: false }
    : { region: $('region').value, rtcStatsTelemetry: false };
  const fresh = new globalThis.vonageClientSDK.VonageClient(config);
  const session = await fresh.createSession(token);
  client = fresh;
  listen();
  note('session', session);
  $('session').textContent = session;
  document.title = `${user} - credwiz serve`;
  say(`${user} is logged in.`);
  suggestOther();
  buttons();
}

async function logOut() {
  try {
    await client.deleteSession();
    note('logged out');
  } finally {
    say(`${user} is logged out.`);
    leaveSession();
  }
}

function leaveSession() {
  client = conversation = undefined;
  ends = 0;
  $('session').textContent = $('token').textContent = $('conversation-id').textContent = 'none';
  document.title = 'credwiz serve';
  $('invitation').hidden = true;
  buttons();
}

// renew gives the session a new token before the old one ends. The session and its conversations stay.
async function renew() {
  if (renewing || !client) {
    return;
  }
  renewing = true;
  const before = { ends, lifetime };
  try {
    const { token } = await tokenFor(user);
    await client.refreshSession(token);
    note('token renewed');
    say(`${user} is logged in, with a new token.`);
  } catch (error) {
    ({ ends, lifetime } = before);
    throw error;
  } finally {
    renewing = false;
  }
}

// margin is how long before its end a token is renewed. A tab in the background may be woken only once a minute.
const margin = () => Math.min(90_000, lifetime / 3);

let tried = 0;

function tick() {
  if (!client || !ends) {
    return;
  }
  const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  const units = [[Math.floor(left / 3600), 'h'], [Math.floor(left / 60) % 60, 'min'], [left % 60, 's']];
  const words = units.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(' ');
  $('token').textContent = left ? `ends in ${words}, and is renewed before` : 'has ended';
  if (ends - Date.now() <= margin() && Date.now() - tried > 5_000) {
    tried = Date.now();
    attempt('The token was not renewed', renew);
  }
}

// find returns the conversation with a name or id, and creates one if there is none. A name leads only its members there, so
// the tabs of one browser tell each other the ids.
async function find(wanted) {
  const place = `${settings.api_url ?? ''} ${settings.application} ${wanted}`;
  for (const id of new Set([localStorage.getItem(place), wanted])) {
    try {
      if (id) {
        return await client.getConversation(id);
      }
    } catch (error) {
      if (wanted.startsWith('CON-')) {
        throw error;
      }
    }
  }
  const id = await client.createConversation({ name: wanted, displayName: wanted }).catch((error) => {
    throw new Error(`${reason(error)} If another user has made it, ask for an invitation, or join with its ID.`);
  });
  note('conversation created', id);
  localStorage.setItem(place, id);
  return client.getConversation(id);
}

async function enter(wanted) {
  const found = await find(wanted);
  conversation = { id: found.id, name: wanted };
  shown = new Set();
  $('messages').replaceChildren();
  try {
    if (String(found.memberState).toUpperCase() !== 'JOINED') {
      await client.joinConversation(found.id);
    }
    say(`${user} is in ${wanted}.`);
  } catch (error) {
    conversation = undefined;
    throw error;
  } finally {
    $('invitation').hidden = true;
    $('conversation-id').textContent = conversation?.id ?? 'none';
    buttons();
  }
  await history();
}

async function leave() {
  await client.leaveConversation(conversation.id);
  say(`${user} has left ${conversation.name}.`);
  conversation = undefined;
  $('conversation-id').textContent = 'none';
  buttons();
}

// suggestOther offers someone to talk with.
function suggestOther() {
  const own = client ? user : $('user').value;
  const other = [...$('user').options].map((option) => option.value).find((name) => name !== own);
  $('second').hidden = !other;
  $('second-link').href = `/?user=${encodeURIComponent(other ?? '')}`;
  $('second-link').textContent = `Open a second tab as ${other}`;
  $('invited').value = other ?? '';
}

async function listUsers() {
  const { users } = (await ask('/users')).answer;
  const wanted = new URLSearchParams(location.search).get('user');
  const options = () => users.map((one) => new Option(one.display_name ? `${one.display_name} (${one.name})` : one.name, one.name));
  $('user').replaceChildren(...options());
  $('users').replaceChildren(...options());
  if (users.some((one) => one.name === wanted)) {
    $('user').value = wanted;
  }
  suggestOther();
  if (!users.length && !settings.create_users) {
    trouble('The application has no user yet. Create one with credwiz, or start credwiz serve --create-users; then reload this page.');
  }
}

function on(form, what, work) {
  $(form).addEventListener($(form) instanceof HTMLFormElement ? 'submit' : 'click', (event) => {
    event.preventDefault();
    attempt(what, work);
  });
}

on('login', 'The login failed', () => logIn().catch((error) => {
  say('No user is logged in.');
  buttons();
  throw error;
}));
$('user').addEventListener('change', suggestOther);
on('log-out', 'The session was not ended', logOut);
on('renew', 'The token was not renewed', renew);
on('join', 'The conversation was not joined', () => enter($('conversation').value.trim()));
on('accept', 'The conversation was not joined', () => enter($('accept').dataset.conversation));
on('leave', 'The conversation was not left', leave);
on('invite', 'The invitation was not sent', () => client.inviteToConversation(conversation.id, $('invited').value.trim()));
on('say', 'The message was not sent', async () => {
  await client.sendMessageTextEvent(conversation.id, $('text').value);
  $('text').value = '';
});

await attempt('The page is not ready', async () => {
  settings = (await ask('/settings')).answer;
  $('application').textContent = settings.practice ? `${settings.application}, in the practice sandbox,` : settings.application;
  $('other-row').hidden = !settings.create_users;
  $('region-row').hidden = Boolean(settings.api_url);
  await listUsers();
});
if (settings) {
  const failed = await loadSDK(settings.sdk).catch((error) => error);
  if (failed) {
    trouble(`The Client SDK is missing: ${failed.message}`);
    say('Without the Client SDK, no user can log in.');
  } else {
    say('Ready to log in.');
  }
}
buttons();
setInterval(tick, 500);
