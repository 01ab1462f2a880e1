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

  // Asked by the interface: whether the program could not be kept, so that it does not open without a network.
  var unkept = false;
  window.nuanfangUnkept = function () { return unkept; };

  function tell(value) {
    unkept = value;
    window.dispatchEvent(new Event('nuanfang-unkept'));
  }

  if (!('serviceWorker' in navigator)) return;

  navigator.serviceWorker.addEventListener('controllerchange', function () {
    // The first worker of a fresh visit takes the page over as it is.
    if (waiting && !reloading) {
      reloading = true;
      location.reload();
    }
  });

  function watch(registration, worker) {
    worker.addEventListener('statechange', function () {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) announce(worker);
      // The first one was given up: the road broke, or there is no room. A version that is kept already goes on.
      if (worker.state === 'redundant' && !registration.active) tell(true);
      if (worker.state === 'activated') tell(false);
    });
  }

  function keep() {
    return navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' }).then(function (registration) {
      if (registration.waiting && navigator.serviceWorker.controller) announce(registration.waiting);
      if (registration.installing) watch(registration, registration.installing);
      registration.addEventListener('updatefound', function () { if (registration.installing) watch(registration, registration.installing); });
      return registration;
    });
  }

  // Without it the app works as long as there is a network; it is tried again with each one that comes.
  window.addEventListener('online', function () { if (unkept) keep().catch(function () {}); });
  keep().then(function (registration) {
    // Offline this fails, and nothing is lost.
    setInterval(function () { registration.update().catch(function () {}); }, 3600000);
  }).catch(function () { if (!navigator.serviceWorker.controller) tell(true); });
})();
