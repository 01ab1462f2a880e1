// The service worker: the whole program in a cache of its own for each version, so that it opens without a network.
// Data never pass here: what goes to /v1/ is the worker's business, and the encrypted database is not a cache.
'use strict';

const VERSION = '@version@';
const FILES = ['@files@'];
const PAGE = './';

self.addEventListener('install', (event) => event.waitUntil(fill()));

// One file after the other: what has come stays, also when the road is cut, and what an older version has is not fetched again.
async function fill() {
  const cache = await caches.open(VERSION);
  for (const file of FILES) {
    if (await cache.match(file)) continue;
    const known = file === PAGE ? undefined : await caches.match(file);
    const response = known || (await fetch(file, { cache: 'no-cache' }));
    if (!response.ok) throw new Error(file + ': ' + response.status);
    await cache.put(file, response);
  }
}

self.addEventListener('activate', (event) => event.waitUntil(clean()));

async function clean() {
  for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener('message', (event) => { if (event.data === 'apply') self.skipWaiting(); });

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  const page = event.request.mode === 'navigate';
  const file = page ? PAGE : '.' + url.pathname.slice(new URL(self.registration.scope).pathname.length - 1);
  if (page || FILES.includes(file)) event.respondWith(from(file, event.request));
});

async function from(file, request) {
  const cache = await caches.open(VERSION);
  return (await cache.match(file)) || fetch(request);
}
