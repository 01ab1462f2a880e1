// Loads and starts the compiled interface. A module of its own because old WebViews cannot even read the word `import`.
import init from './ui.js';

init({ module_or_path: 'ui_bg.wasm' }).catch(window.nuanfangFailed);
