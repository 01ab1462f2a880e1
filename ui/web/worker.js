// The dedicated worker of the browser edition: starts the client core and carries messages.
// In: [id, request as JSON text], 'take-over', or 'online'. Out: [id, reply or failure as JSON text, whether it is a reply],
// or [word, text] for what nobody asked for.
import init, { start, answer, take_over, wake } from './browser.js';

// What the page says while the core is loading waits here.
const early = [];
self.onmessage = (event) => early.push(event.data);

// 32 bytes that only this browser profile can make: the key behind them cannot be read out, not even by us.
// Nothing where the browser has no place for such a key; the core then asks for more than a PIN, if the county wants that.
async function keystore() {
  const open = indexedDB.open('nuanfang-keystore', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('keys');
  const db = await done(open);
  const keys = () => db.transaction('keys', 'readwrite').objectStore('keys');
  let key = await done(keys().get('device'));
  if (!key) {
    key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    await done(keys().put(key, 'device'));
  }
  const made = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode('nuanfang database key 1'));
  return new Uint8Array(made);
}

// A turn for what waits in the queue of messages: between slices of long work, what the page asks for comes first. A timer would
// pause for some milliseconds each time.
const turns = new MessageChannel();
const resting = [];
turns.port1.onmessage = () => resting.shift()();
self.nextTurn = () => new Promise((resolve) => {
  resting.push(resolve);
  turns.port2.postMessage(0);
});

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function hear(message) {
  if (message === 'take-over') return take_over();
  if (message === 'online') return wake();
  const [id, request] = message;
  try {
    self.postMessage([id, await answer(request), true]);
  } catch (failure) {
    // A failure is JSON text; anything else is a fault of the program, which the page shows as such.
    if (typeof failure !== 'string') return self.postMessage(['panic', String(failure)]);
    self.postMessage([id, failure, false]);
  }
}

async function begin() {
  await init({ module_or_path: new URL('browser_bg.wasm', import.meta.url) });
  await start(await keystore().catch(() => undefined));
  self.onmessage = (event) => void hear(event.data);
  for (const message of early.splice(0)) hear(message);
}

begin().catch((error) => self.postMessage(['panic', String(error)]));
