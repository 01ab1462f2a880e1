// Plays a form in ODK's own engine, in a page: arguments are the engine's module, the form as XForm, the steps and the moment. It answers with
// a state for the start and one after each step, or with why the form was refused.
const [source, xml, steps, now, done] = arguments;
const Real = window.RealDate ??= Date;
const at = Real.parse(now);
window.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(at); }
  static now() { return at; }
};
const engine = () => window.engine ??= import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
const path = node => node.currentState.reference.replace(/^\/[^/]+/, '');
const kids = node => node.currentState.children ?? [];
const all = node => kids(node).flatMap(kid => [kid, ...all(kid)]);
const isGroup = node => node.nodeType === 'group' || node.nodeType.startsWith('repeat');
const asked = node => kids(node).filter(kid => kid.currentState.relevant).flatMap(kid => isGroup(kid) ? asked(kid) : [kid]);
const shown = node => {
  const state = node.currentState;
  const readonly = state.readonly || node.nodeType === 'note' || node.nodeType === 'model-value';
  const one = { path: path(node), required: state.required, readonly, value: state.instanceValue ?? '' };
  one.violated = node.validationState?.constraint?.valid === false;
  if (node.nodeType === 'select' || node.nodeType === 'rank') one.options = (state.valueOptions ?? []).map(option => option.value);
  return one;
};
const parts = text => text.split(/\s+/).filter(Boolean);
const set = (node, value) => {
  if (!node || !node.currentState.relevant || node.currentState.readonly) return;
  switch (node.nodeType) {
    case 'select': node.selectType === 'select1' ? node.selectValue(value || null) : node.selectValues(parts(value)); break;
    case 'rank': node.setValues(parts(value)); break;
    case 'trigger': node.setValue(value === 'OK'); break;
    case 'input': case 'range': node.setValue(value); break;
  }
};
const take = (root, step) => {
  if ('set' in step) return set(all(root).find(node => path(node) === step.set && node.nodeType !== 'repeat-range:controlled'), step.value);
  const of = step.add ?? step.remove.replace(/\[\d+\]$/, '');
  const range = all(root).find(node => node.nodeType === 'repeat-range:uncontrolled' && path(node) === of);
  if (!range || !range.currentState.relevant) return;
  if ('add' in step) range.addInstances(); else range.removeInstances(Number(step.remove.match(/\[(\d+)\]$/)[1]) - 1, 1);
};
(async () => {
  const { loadForm } = await engine();
  const nothing = async () => new Response('', { status: 404 });
  const form = await loadForm(xml, { fetchFormAttachment: nothing, missingResourceBehavior: 'BLANK' });
  if (form.status === 'failure' || form.error) return { refused: String(form.error?.stack ?? form.error) + String(form.error?.cause?.stack) };
  const { root } = form.createInstance();
  const state = () => asked(root).map(shown);
  const states = [state()];
  for (const step of steps) {
    try { take(root, step); } catch { /* a step that nobody could take */ }
    states.push(state());
  }
  return { states };
})().then(done, error => done({ refused: String(error?.stack ?? error) }));
