// Looks whether this WebView can run the interface, starts it, and says so in words when anything fails.
// Written in the JavaScript of 2009 on purpose: an old WebView must be able to read it, or its user sees a blank page.
(function () {
  'use strict';

  // What the interface needs: Chromium 96 or a WebKit of the same age (WebAssembly with reference types).
  var OLDEST_CHROMIUM = 96;
  // A module that uses a reference type and does nothing: valid only where those are known.
  var REFERENCE_TYPES = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 7, 1, 5, 0, 208, 112, 26, 11];

  var shown = false;

  function missing() {
    var chromium = /Chrom(?:e|ium)\/(\d+)/.exec(navigator.userAgent);
    if (chromium && parseInt(chromium[1], 10) < OLDEST_CHROMIUM) return 'Chromium ' + chromium[1] + ' < ' + OLDEST_CHROMIUM;
    if (typeof Promise === 'undefined') return 'Promise';
    if (typeof BigInt === 'undefined') return 'BigInt';
    if (typeof globalThis === 'undefined') return 'globalThis';
    if (!('noModule' in document.createElement('script'))) return 'modules';
    if (typeof WebAssembly !== 'object' || typeof WebAssembly.validate !== 'function') return 'WebAssembly';
    if (!WebAssembly.validate(new Uint8Array(REFERENCE_TYPES))) return 'WebAssembly reference types';
    return null;
  }

  function add(parent, tag, text, lang) {
    var element = document.createElement(tag);
    if (lang) element.setAttribute('lang', lang);
    if (lang === 'en') element.className = 'boot-en';
    element.appendChild(document.createTextNode(text));
    parent.appendChild(element);
    return element;
  }

  // One page for every failure. `details` is for whoever helps the worker; it goes nowhere but this screen.
  function show(title, chinese, english, details, again) {
    if (shown) return;
    shown = true;
    var page = document.createElement('div');
    page.className = 'boot boot-failed';
    page.setAttribute('role', 'alert');
    add(page, 'h1', title, 'zh-CN');
    add(page, 'p', chinese, 'zh-CN');
    add(page, 'p', english, 'en');
    if (again) {
      add(page, 'button', '重新打开', 'zh-CN').onclick = function () { location.reload(); };
    }
    add(page, 'pre', String(details));
    document.body.appendChild(page);
  }

  function tooOld(what) {
    what += '\n' + navigator.userAgent;
    if (!window.__TAURI__) {
      return show(
        '这个浏览器太旧',
        '暖访打不开。请更新浏览器，或换用最新的 Chrome、Edge、Safari 或手机自带的浏览器，再打开这个地址。已经保存的内容都在原来的浏览器里，不会丢失。',
        'This browser is too old. Update it, or open this address in a current Chrome, Edge, Safari or system browser. What was saved stays in the browser it was saved in.',
        what,
        false
      );
    }
    show(
      '这台设备的系统网页组件太旧',
      '暖访打不开。请在应用商店里更新“Android System WebView”或“Chrome”，或者更新系统，然后再打开暖访。已经保存的内容都在本机上，不会丢失。',
      'The system WebView is too old. Update “Android System WebView” or the system, then open Nuanfang again. Nothing saved is lost.',
      what,
      false
    );
  }

  function failed(details) {
    show(
      '暖访出错了',
      '请点“重新打开”。已经填写的内容都存在本机上，不会丢失。如果还是这样，请把下面的文字告诉管理员。',
      'Something went wrong. Please open Nuanfang again: what you entered is kept on this device. If it happens again, show the text below to your administrator.',
      details,
      true
    );
  }

  function describe(error) {
    if (!error) return '?';
    return (error.message || String(error)) + (error.stack ? '\n' + error.stack : '');
  }

  // The module that starts the interface reports here what its promises caught.
  window.nuanfangFailed = function (error) { failed(describe(error)); };

  window.addEventListener('error', function (event) {
    var target = event.target;
    if (target && target !== window && (target.src || target.href)) {
      // A picture that does not load is no reason to stop; a script or a style sheet is.
      if (target.tagName !== 'IMG') failed('没有读到文件：' + (target.src || target.href));
      return;
    }
    // Browsers report this one although nothing is wrong.
    if (event.message && event.message.indexOf('ResizeObserver') !== -1) return;
    failed((event.error ? describe(event.error) : event.message || 'error') + '\n' + (event.filename || '') + ':' + (event.lineno || 0));
  }, true);

  window.addEventListener('unhandledrejection', function (event) { failed(describe(event.reason)); });

  function start() {
    var what = missing();
    if (what) return tooOld(what);
    var script = document.createElement('script');
    script.type = 'module';
    script.src = 'start.js';
    document.body.appendChild(script);
  }

  start();
})();
