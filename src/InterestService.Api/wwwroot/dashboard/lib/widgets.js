// The parts that every view is made of: page head, cards, tiles, notices, fields, chips.
import { h, newId } from './dom.js';
import { t, ago, dateTime } from './i18n.js';
import { term } from './definitions.js';
import { ApiError } from './api.js';

export const link = (route, ...content) => h('a', { href: `#/${route}` }, ...content);
export const button = (text, onclick, kind = '') => h('button', { type: 'button', class: kind, onclick }, text);
export const chip = (text, kind = '') => h('span', { class: `chip ${kind}` }, text);
export const when = value => (value ? h('time', { datetime: value, title: dateTime(value) }, ago(value)) : '–');

/** The head of a page. The title receives the focus after a change of view. */
export const head = (title, text, ...actions) => h('header', { class: 'head' },
  h('div', null, h('h1', { tabindex: -1 }, title), text && h('p', null, text)),
  actions.length > 0 && h('div', { class: 'actions' }, actions));

export function card(title, { hint, size = '' } = {}, ...children) {
  const id = newId();
  return h('section', { class: `card ${size}`, 'aria-labelledby': id }, h('h2', { id }, title), hint && h('p', { class: 'hint' }, hint), children);
}

export const grid = (...cards) => h('div', { class: 'grid' }, cards);

/** Figures with label, definition and value: `[key, value, note]`; those without a value are left out. */
export function tiles(...figures) {
  const shown = figures.filter(Boolean);
  const list = h('dl', { class: 'tiles' }, shown.map(([key, value, note]) =>
    h('div', { class: 'tile' }, h('dt', null, term(key)), h('dd', null, value), note && h('dd', { class: 'note' }, note))));
  list.style.setProperty('--columns', shown.length <= 6 ? shown.length : 4);
  return list;
}

/** Something to know and what to do next. */
export const notice = (title, text, kind = '', ...actions) => h('div', { class: `notice ${kind}`, role: kind === 'bad' ? 'alert' : null },
  h('strong', null, title), text && h('span', null, text), actions.length > 0 && h('div', { class: 'actions' }, actions));

/** What went wrong and what to do about it: with `retry`, which tries again, only this. */
export function failure(error, retry) {
  if (!(error instanceof ApiError)) {
    console.error(error);
    return notice(t('error.fault'), String(error), 'bad');
  }

  const advice = { 0: 'error.unreachable', 401: 'error.key', 403: 'error.scope', 404: 'error.missing', 429: 'error.busy', 503: 'error.away' }[error.status];
  const title = error.status === 0 ? t('error.offline') : error.message;
  if (retry) return notice(title, null, 'bad', button(t('retry'), retry));
  const box = notice(title, error.detail, 'bad');
  const fields = Object.entries(error.errors ?? {}).flatMap(([field, messages]) => messages.map(message => h('li', null, `${field}: ${message}`)));
  if (fields.length > 0) box.append(h('ul', null, fields));
  box.append(h('span', null, t(advice ?? (error.status < 500 ? 'error.request' : 'error.server'))));
  if (error.traceId) box.append(h('span', { class: 'muted small' }, `traceId ${error.traceId}`));
  return box;
}

/** A part of a page that loads on its own, under its title: a fault in it leaves the rest of the page. */
export function part(title, load, size = '') {
  const place = h('div', { class: `part ${size}` }, card(title, {}, h('p', { class: 'muted' }, t('loading'))));
  const show = async () => {
    place.setAttribute('aria-busy', 'true');
    try {
      place.replaceChildren(...[await load()].flat().filter(Boolean));
    } catch (error) {
      if (error.name !== 'AbortError') place.replaceChildren(card(title, {}, failure(error, [0, 503].includes(error.status) ? show : null)));
    } finally {
      place.removeAttribute('aria-busy');
    }
  };
  show();
  return place;
}

export function field(label, control, help) {
  const id = newId();
  control.id = id;
  if (help) control.setAttribute('aria-describedby', `${id}-help`);
  return h('div', { class: 'field' }, h('label', { for: id }, label), control, help && h('p', { class: 'help', id: `${id}-help` }, help));
}

export const select = (options, value, onchange) => {
  const control = h('select', { onchange }, options.map(([key, text]) => h('option', { value: key }, text)));
  if (value !== undefined) control.value = value;
  return control;
};

/** A share or another part of a whole as a bar with its number. */
export function bar(part, text, { from = 0, negative = false } = {}) {
  const fill = h('i');
  const clamp = value => Math.max(0, Math.min(1, value));
  fill.style.left = `${100 * clamp(from)}%`;
  fill.style.width = `${100 * clamp(part)}%`;
  return h('span', { class: negative ? 'bar negative' : 'bar' }, h('span', { 'aria-hidden': 'true' }, fill), h('span', null, text));
}

/** Runs an action of a button: it is disabled meanwhile, and a fault is told at a place. */
export const action = (text, place, run, kind) => button(text, async event => {
  const pressed = event.currentTarget;
  pressed.disabled = true;
  place.replaceChildren();
  try {
    await run();
  } catch (error) {
    place.replaceChildren(failure(error));
  } finally {
    pressed.disabled = false;
  }
}, kind);

/** A form that asks for a window of days, and for `more`, and shows the same view for them by the query of its address. */
export function windowForm(route, query, labels, more) {
  const dayOf = name => h('input', { type: 'date', value: query.get(name) ?? '' });
  const controls = Object.entries({ from: dayOf('from'), to: dayOf('to'), ...more });
  const show = () => { location.hash = `#/${route}?${new URLSearchParams(controls.map(([name, control]) => [name, control.value]).filter(([, value]) => value))}`; };
  return h('form', { class: 'row', onsubmit: event => { event.preventDefault(); show(); } },
    controls.map(([name, control]) => field(labels[name], control)), h('button', null, t('apply')));
}

/** The window of an address as parameters of the API. */
export const windowOf = query => new URLSearchParams(['from', 'to'].filter(name => query.get(name)).map(name => [name, `${query.get(name)}T00:00:00Z`]));
