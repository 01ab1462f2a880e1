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

// A pen: finger, mouse or stylus writes on a canvas; what was written as a file's content, empty when nothing was.
window.nuanfangPen = (canvas) => {
  const pen = canvas.getContext('2d');
  let written = false;
  const clear = () => {
    [canvas.width, canvas.height] = [canvas.clientWidth * 2, canvas.clientHeight * 2];
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    [pen.lineWidth, pen.lineCap, pen.lineJoin, pen.strokeStyle] = [6, 'round', 'round', '#111'];
    written = false;
  };
  const draw = (event) => {
    const box = canvas.getBoundingClientRect();
    pen.lineTo((event.clientX - box.left) * 2, (event.clientY - box.top) * 2);
    pen.stroke();
    written = true;
  };
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    draw(event);
  };
  canvas.onpointermove = (event) => { if (canvas.hasPointerCapture(event.pointerId)) draw(event); };
  clear();
  return { clear, content: () => (written ? canvas.toDataURL('image/png').split(',')[1] : '') };
};

// Where this device is, as forms write it: latitude, longitude, height and how near that is, metres.
window.nuanfangWhere = () => new Promise((done, failed) => {
  const place = ({ coords }) => done([coords.latitude, coords.longitude, coords.altitude || 0, coords.accuracy].map((n) => +n.toFixed(7)).join(' '));
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(place, failed, { enableHighAccuracy: true, timeout: 30000 });
});

init({ module_or_path: 'ui_bg.wasm' }).catch(window.nuanfangFailed);
