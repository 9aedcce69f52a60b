// The form of a clustering or a comparison, made from the API's own description. What is left empty takes its default.
import { call } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { properties } from '../lib/schemas.js';
import { action, card, field, head, link, select } from '../lib/widgets.js';

const first = ['encoder', 'algorithm', 'encoders', 'algorithms', 'clusters', 'seed', 'publish'];
const quoted = { publish: ['auto', 'manual'], device: ['auto', 'cpu', 'cuda'] };

export async function render({ pattern, signal }) {
  const isClustering = pattern.startsWith('clusterings');
  const collection = isClustering ? 'clusterings' : 'comparisons';
  const [request, parameters] = await Promise.all([
    properties(isClustering ? 'StartClusteringRequest' : 'StartComparisonRequest', signal), properties('ClusteringParameters', signal)]);
  const plain = request.filter(property => property.kind !== 'object' && property.key !== 'parameters');
  const main = make(plain.filter(property => first.includes(property.key)));
  const more = make(plain.filter(property => !first.includes(property.key)));
  const stages = make(parameters);
  const told = h('div');
  const start = action(t(isClustering ? 'start.title' : 'start.comparison'), told, async () => {
    const settings = values(stages);
    const body = { ...values(main), ...values(more), ...(Object.keys(settings).length > 0 && { parameters: settings }) };
    const job = await call('POST', `/${collection}`, { body, headers: { 'Idempotency-Key': crypto.randomUUID?.() ?? String(Math.random()) } });
    location.hash = `#/${collection}/${job.id}`;
  }, 'primary');
  const form = h('form', { class: 'card', onsubmit: event => { event.preventDefault(); start.click(); } },
    h('div', { class: 'fields' }, main.map(input => input.element)),
    h('details', null, h('summary', null, t('start.more')), h('div', { class: 'fields' }, more.map(input => input.element))),
    h('details', null, h('summary', null, t('start.parameters', { n: stages.length })), h('div', { class: 'fields' }, stages.map(input => input.element))),
    told, h('div', { class: 'actions' }, start, link(collection, t('cancel'))));
  return [head(t(isClustering ? 'start.title' : 'start.comparison'), t('start.text')), form];
}

const make = list => list.map(property => {
  const { control, read } = controlOf(property);
  return { key: property.key, read, element: field(property.key, control, property.help) };
});

const values = inputs => Object.fromEntries(inputs.map(input => [input.key, input.read()]).filter(([, value]) => value !== undefined));

/** A control and what it reads as; undefined: left empty. */
function controlOf({ key, kind, choices, minimum, maximum }) {
  const options = quoted[key] ?? choices;
  if (kind === 'boolean') {
    const control = select([['', t('start.default')], ['true', t('yes')], ['false', t('no')]], '');
    return { control, read: () => (control.value === '' ? undefined : control.value === 'true') };
  }
  if (kind !== 'count' && kind !== 'list' && options.length > 0) {
    const control = select([['', t('start.default')], ...options.map(value => [value, value])], '');
    return { control, read: () => control.value || undefined };
  }
  const numeric = kind === 'integer' || kind === 'number';
  const control = h('input', {
    type: numeric ? 'number' : kind === 'time' ? 'datetime-local' : 'text', step: kind === 'integer' ? 1 : 'any', min: numeric ? minimum : null, max: numeric ? maximum : null,
    placeholder: t(kind === 'list' ? 'start.list' : kind === 'object' ? 'start.object' : kind === 'count' ? 'start.count' : 'start.default'), autocomplete: 'off', spellcheck: 'false',
  });
  return { control, read: () => parse(control.value.trim(), kind) };
}

function parse(text, kind) {
  if (text === '') return undefined;
  if (kind === 'integer' || kind === 'number') return Number(text);
  if (kind === 'count') return /^\d+$/.test(text) ? Number(text) : text;
  if (kind === 'time') return new Date(text).toISOString();
  if (kind === 'list') return text.split(',').map(part => part.trim()).filter(Boolean);
  if (kind === 'object') return Object.fromEntries(text.split(',').map(pair => pair.split('=').map(part => part.trim())).map(([name, value]) => [name, Number(value)]));
  return text;
}
