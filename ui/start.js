// Loads and starts the compiled interface. A module of its own because old WebViews cannot even read the word `import`.
import init from './ui.js';

// A photo as base64, small enough to hand over. The system's own decoder is fast and knows more kinds (HEIC on an iPhone). What it
// cannot read goes as it is: the core says what is wrong, makes every photo anew and keeps nothing but the picture.
window.nuanfangPhoto = async (file) => {
  let small = file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    // Some fifty megabytes, at once.
    picture.close();
    small = (await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.92))) || file;
  } catch { /* as it is */ }
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = failed;
    reader.readAsDataURL(small);
  });
};

init({ module_or_path: 'ui_bg.wasm' }).catch(window.nuanfangFailed);
