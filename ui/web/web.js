// Only in the browser edition: keeps the program on the device for days without a network, and announces new versions.
(function () {
  'use strict';

  // A new version waits until the interface, or the next start, lets it in.
  var waiting = null;
  var reloading = false;

  function announce(worker) {
    waiting = worker;
    window.dispatchEvent(new Event('nuanfang-new-version'));
  }

  // Asked by the interface: whether one waits, and to let it in.
  window.nuanfangNewVersion = {
    waits: function () { return waiting !== null; },
    apply: function () { if (waiting) waiting.postMessage('apply'); }
  };

  if (!('serviceWorker' in navigator)) return;

  navigator.serviceWorker.addEventListener('controllerchange', function () {
    // The first worker of a fresh visit takes the page over as it is.
    if (waiting && !reloading) {
      reloading = true;
      location.reload();
    }
  });

  navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' }).then(function (registration) {
    function watch(worker) {
      worker.addEventListener('statechange', function () {
        if (worker.state === 'installed' && navigator.serviceWorker.controller) announce(worker);
      });
    }
    if (registration.waiting && navigator.serviceWorker.controller) announce(registration.waiting);
    if (registration.installing) watch(registration.installing);
    registration.addEventListener('updatefound', function () { if (registration.installing) watch(registration.installing); });
    // Offline this fails, and nothing is lost.
    setInterval(function () { registration.update().catch(function () {}); }, 3600000);
  }).catch(function () {
    // Without it the app works as long as there is a network; the interface says how it stands.
  });
})();
