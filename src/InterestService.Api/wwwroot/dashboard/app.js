// The shell: navigation, language, theme and key; shows the view of the address after the #.
import { h } from './lib/dom.js';
import { t, languages } from './lib/i18n.js';
import { applyTheme, getApiKey, getLanguage, getTheme, setApiKey, setLanguage, setTheme } from './lib/preferences.js';
import { button, failure, field, head, link, notice, select } from './lib/widgets.js';
import { hide } from './lib/definitions.js';
import { leaveCharts } from './lib/charts.js';

/** Addresses and the modules of their views; a `:name` is a parameter. The third part is the entry of the navigation. */
const routes = [
  ['', 'overview', ''], ['clusters', 'clusters', 'clusters'], ['clusters/:id', 'cluster', 'clusters'],
  ['users', 'users', 'users'], ['users/:id', 'user', 'users'], ['map', 'map', 'map'],
  ['clusterings', 'clusterings', 'clusterings'], ['clusterings/new', 'start', 'clusterings'], ['clusterings/:id', 'clustering', 'clusterings'],
  ['clusterings/:id/compare/:other', 'compare', 'clusterings'],
  ['comparisons', 'comparisons', 'comparisons'], ['comparisons/new', 'start', 'comparisons'], ['comparisons/:id', 'comparison', 'comparisons'],
  ['data', 'data', 'data'], ['feedback', 'feedback', 'feedback'],
];
const navigation = ['', 'clusters', 'users', 'map', 'clusterings', 'comparisons', 'data', 'feedback'];

const main = h('main', { id: 'main' });
let leave = new AbortController();

/** An address that somebody typed may have a percent sign of its own. */
const decoded = part => { try { return decodeURIComponent(part); } catch { return part; } };

function find(address) {
  const parts = address.replace(/\/+$/, '').split('/');
  for (const [pattern, view, entry] of routes) {
    const names = pattern.split('/');
    if (names.length !== parts.length || !names.every((name, i) => name.startsWith(':') || name === parts[i])) continue;
    const parameters = Object.fromEntries(names.flatMap((name, i) => (name.startsWith(':') ? [[name.slice(1), decoded(parts[i])]] : [])));
    return { view, entry, parameters, pattern };
  }
  return null;
}

async function show({ focus = true } = {}) {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const [address, query] = location.hash.replace(/^#\/?/, '').split('?');
  const route = find(address);
  markCurrent(route?.entry);
  main.setAttribute('aria-busy', 'true');
  hide();
  const removeCharts = leaveCharts();
  let content;
  try {
    if (!route) throw Object.assign(new Error(), { noView: true });
    const view = await import(`./views/${route.view}.js`);
    content = await view.render({ ...route.parameters, pattern: route.pattern, query: new URLSearchParams(query), signal, again: () => show({ focus: false }) });
  } catch (error) {
    if (error.name === 'AbortError') return;
    content = error.noView ? [head(t('error.noView')), notice(t('error.noViewText'), null, '', link('', t('nav.overview')))]
      : [head(t('error.title')), failure(error), h('div', { class: 'actions' }, wayOn(error.status, route.entry))];
  }
  if (signal.aborted) return;
  main.replaceChildren(...[content].flat(9).filter(Boolean));
  removeCharts();
  main.removeAttribute('aria-busy');
  main.dataset.view = location.hash;
  const title = main.querySelector('h1');
  document.title = `${title?.textContent ?? ''} · InterestService`;
  if (focus) { scrollTo(0, 0); title?.focus({ preventScroll: true }); }
}

/** What can be done after a fault; while the database is away, lookups still answer. */
function wayOn(status, entry) {
  if (status === 401 || status === 403) return button(t('key.open'), openKey, 'primary');
  if (status === 404) return h('a', { class: 'button primary', href: `#/${entry}` }, t(`nav.${entry}`));
  return [button(t('retry'), () => show(), 'primary'), status === 503 && [link('clusters', t('nav.clusters')), link('users', t('nav.users'))]];
}

function markCurrent(entry) {
  document.querySelector('.side')?.classList.remove('open');
  document.querySelector('.menu-button')?.setAttribute('aria-expanded', 'false');
  for (const anchor of document.querySelectorAll('nav a'))
    if (anchor.dataset.entry === entry) anchor.setAttribute('aria-current', 'page'); else anchor.removeAttribute('aria-current');
}

function openKey() {
  const input = h('input', { type: 'password', autocomplete: 'off', value: getApiKey() ?? '' });
  const dialog = h('dialog', { 'aria-label': t('key.title'), onclose: () => dialog.remove() },
    h('form', { onsubmit: event => { event.preventDefault(); setApiKey(input.value.trim() || null); dialog.close(); shell(); show(); } },
      h('h2', null, t('key.title')), field('X-API-Key', input, t('key.help')),
      h('div', { class: 'actions' }, h('button', { class: 'primary' }, t('save')), button(t('cancel'), () => dialog.close()))));
  document.body.append(dialog);
  dialog.showModal();
}

function shell() {
  document.documentElement.lang = getLanguage() === 'zh' ? 'zh-CN' : 'en';
  const menu = button(t('menu'), () => menu.setAttribute('aria-expanded', String(side.classList.toggle('open'))), 'menu-button');
  menu.setAttribute('aria-expanded', 'false');
  const theme = button(t(getTheme() === 'dark' ? 'theme.light' : 'theme.dark'), () => { setTheme(getTheme() === 'dark' ? 'light' : 'dark'); shell(); markNow(); });
  const language = select(Object.entries(languages), getLanguage(), event => { setLanguage(event.target.value); shell(); show({ focus: false }); });
  language.setAttribute('aria-label', 'Language · 语言');
  const side = h('header', { class: 'side' },
    h('a', { class: 'brand', href: '#/' }, h('img', { src: '/dashboard/icon.svg', alt: '' }), 'InterestService'), menu,
    h('nav', { 'aria-label': t('nav.label') }, h('ul', null, navigation.map(entry =>
      h('li', null, h('a', { href: `#/${entry}`, 'data-entry': entry }, t(`nav.${entry || 'overview'}`)))))),
    h('div', { class: 'tools' }, language,
      h('div', { class: 'pair' }, theme, button(t(getApiKey() ? 'key.set' : 'key.open'), openKey)),
      h('a', { href: '/swagger' }, t('nav.api'))));
  document.getElementById('app').replaceChildren(
    h('a', { class: 'skip', href: '#main', onclick: event => { event.preventDefault(); main.querySelector('h1')?.focus(); } }, t('skip')),
    h('div', { class: 'shell' }, side, main));
}

const markNow = () => markCurrent(find(location.hash.replace(/^#\/?/, '').split('?')[0])?.entry);

applyTheme();
shell();
addEventListener('hashchange', () => show());
show({ focus: false });
