// All clusterings, the latest first, and the choice of two to compare.
import { clusterings } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, dateTime, decimal, integer, percent } from '../lib/i18n.js';
import { table } from '../lib/table.js';
import { card, chip, field, grid, head, link, notice, select } from '../lib/widgets.js';
import { next, stateChip } from '../lib/labels.js';

export async function render({ signal }) {
  const { all } = await clusterings(signal, 200);
  const title = head(t('nav.clusterings'), t('clusterings.text'), next('start'));
  if (all.length === 0) return [title, notice(t('clusterings.none'), t('clusterings.noneText'), '', next('load', 'start'))];
  return [title, grid(card(t('clusterings.all'), {}, table(t('clusterings.all'), [
    { key: 'createdAt', value: row => row.createdAt, show: row => link(`clusterings/${row.id}`, dateTime(row.createdAt)) },
    { key: 'state', value: row => row.state, show: row => [stateChip(row.state), row.published ? [' ', chip(t('published'), 'info')] : null].flat(2) },
    { key: 'encoder', value: row => row.encoder ?? row.request.encoder }, { key: 'algorithm', value: row => row.request.algorithm },
    { key: 'clusters', number: true, value: row => row.clusters, show: row => integer(row.clusters) },
    { key: 'users', number: true, value: row => row.users, show: row => integer(row.users) },
    { key: 'silhouette', number: true, value: row => row.metrics?.silhouette, show: row => decimal(row.metrics?.silhouette) },
    { key: 'stability', number: true, value: row => row.metrics?.stability, show: row => decimal(row.metrics?.stability) },
    { key: 'recallAt10', number: true, value: row => row.metrics?.recallAt10, show: row => percent(row.metrics?.recallAt10) },
  ], all, { sortable: true })), comparing(all.filter(row => row.state === 'succeeded')))];
}

function comparing(succeeded) {
  if (succeeded.length < 2) return null;
  const options = succeeded.map(row => [row.id, `${dateTime(row.createdAt)} · ${row.encoder} · ${row.request.algorithm}${row.published ? ` · ${t('published')}` : ''}`]);
  const earlier = select(options, succeeded[1].id), later = select(options, succeeded[0].id);
  return card(t('clusterings.compare'), { hint: t('clusterings.compareText') }, h('form', { class: 'row', onsubmit: event => { event.preventDefault(); location.hash = `#/clusterings/${earlier.value}/compare/${later.value}`; } },
    field(t('compare.earlier'), earlier), field(t('compare.later'), later), h('button', { class: 'primary' }, t('clusterings.compare'))));
}
