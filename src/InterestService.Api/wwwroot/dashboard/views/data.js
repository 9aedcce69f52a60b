// Files in, and what became of their rows; the stored events over time; what cleaning removed from the published clustering.
import { clusterings, send } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, integer, percent } from '../lib/i18n.js';
import { table } from '../lib/table.js';
import { button, card, failure, field, grid, head, notice, part, select, tiles } from '../lib/widgets.js';
import { cleaningCard, sourcesCard } from '../lib/cleaning.js';
import { next } from '../lib/labels.js';
import { statisticsCards } from '../lib/statistics.js';

const kinds = { events: ['POST', '/events'], items: ['PUT', '/items'], labels: ['PUT', '/users/labels'], links: ['PUT', '/users/links'] };
const types = { csv: 'text/csv', json: 'application/json', ndjson: 'application/x-ndjson', jsonl: 'application/x-ndjson', parquet: 'application/vnd.apache.parquet' };
const encodings = { gz: 'gzip', zst: 'zstd', br: 'br' };

export async function render({ query, signal }) {
  const stored = h('div'), countStored = () => stored.replaceChildren(part(t('statistics.title'), () => statisticsCards(query, signal)));
  countStored();
  const results = h('div', { class: 'grid', 'aria-live': 'polite' });
  const kind = select(Object.keys(kinds).map(key => [key, t(`kind.${key}`)]), 'events');
  return [head(t('nav.data'), t('data.text')),
    grid(card(t('data.load'), { hint: t('data.loadText') }, h('div', { class: 'row' }, field(t('data.kind'), kind)), dropZone(files => upload(files, kind.value, results).then(countStored))), results,
      stored, part(t('cleaning.title'), () => cleaning(signal)))];
}

function dropZone(onFiles) {
  const input = h('input', { type: 'file', multiple: true, class: 'visually-hidden', tabindex: -1, 'aria-label': t('data.choose'), onchange: () => { onFiles([...input.files]); input.value = ''; } });
  const zone = h('div', { class: 'drop' }, h('strong', null, t('data.drop')), h('span', { class: 'muted' }, t('data.formats')), button(t('data.choose'), () => input.click(), 'primary'), input);
  zone.addEventListener('dragover', event => { event.preventDefault(); zone.classList.add('over'); });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => { event.preventDefault(); zone.classList.remove('over'); onFiles([...event.dataTransfer.files]); });
  return zone;
}

/** Content type and encoding by the name of a file: `events.csv.gz`. */
function formatOf(name) {
  const parts = name.toLowerCase().split('.');
  const encoding = encodings[parts.at(-1)];
  const type = types[encoding ? parts.at(-2) : parts.at(-1)];
  return type ? { 'Content-Type': type, ...(encoding && { 'Content-Encoding': encoding }) } : null;
}

async function upload(files, kind, results) {
  for (const file of files) {
    const place = card(file.name, {}, h('p', { class: 'muted' }, t('data.sending', { n: integer(Math.ceil(file.size / 1024)) })), h('progress', { 'aria-label': t('data.progress') }));
    results.prepend(place);
    place.replaceWith(await outcome(file, kind));
  }
}

async function outcome(file, kind) {
  const headers = formatOf(file.name);
  if (!headers) return card(file.name, {}, notice(t('data.unknown'), t('data.formats'), 'bad'));
  const [method, path] = kinds[kind];
  try {
    return counts(file.name, await (await send(method, path, { body: file, headers })).json(), kind);
  } catch (error) {
    if (error.status === 415) return card(file.name, {}, notice(t('data.unsupported'), t('data.unsupportedText'), 'bad'));
    return error.body?.received !== undefined ? counts(file.name, error.body, kind) : card(file.name, {}, failure(error));
  }
}

/** Rows accepted, repeated and rejected, with the reasons. */
function counts(name, { received, accepted, duplicates, rejected, errors = [] }, kind) {
  return card(name, {}, tiles(['received', integer(received)], ['accepted', integer(accepted), percent(accepted / received)], ['duplicates', integer(duplicates), percent(duplicates / received)], ['rejected', integer(rejected), percent(rejected / received)]),
    errors.length > 0 && [h('p', { class: 'muted small' }, t(rejected > errors.length ? 'data.firstErrors' : 'data.errors', { n: integer(errors.length) })), table(t('data.reasons'), [
      { key: 'rowIndex', number: true, value: row => row.index, show: row => integer(row.index + 1) }, { key: 'rowField', value: row => row.field }, { key: 'rowMessage', sentence: true, value: row => row.message }], errors, { page: 20 })],
    kind === 'events' && accepted > 0 && notice(t('data.next'), t('data.nextText'), '', next('start')));
}

async function cleaning(signal) {
  const { published } = await clusterings(signal);
  if (!published) return card(t('cleaning.title'), {}, h('p', { class: 'muted' }, t('cleaning.none')));
  return grid(published.cleaning?.length > 0 && cleaningCard(published.cleaning),
    published.sources?.length > 0 && sourcesCard(published.sources),
    published.ratingScales?.length > 0 && card(t('scales.title'), { size: 'half', hint: t('scales.text') }, table(t('scales.title'), [
      { key: 'eventSource', value: row => row.source ?? t('sources.none') }, { key: 'eventType', value: row => row.eventType },
      { key: 'scaleLow', number: true, value: row => row.low }, { key: 'scaleHigh', number: true, value: row => row.high }], published.ratingScales)));
}
