// One clustering: its progress while it runs, then quality, cleaning, choice of k, tree, and what can be done with it.
import { call, get, getOrNull, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, dateTime, decimal, define, integer, percent, seconds } from '../lib/i18n.js';
import { table } from '../lib/table.js';
import { action, card, chip, grid, head, link, notice, part, tiles } from '../lib/widgets.js';
import { isOver, next, stateChip } from '../lib/labels.js';
import { followed, lossChart } from '../lib/progress.js';
import { cleaningCard, sourcesCard } from '../lib/cleaning.js';
import { exportsCard } from '../lib/exports.js';
import { selectionCurve, tree } from '../lib/structure.js';
import { gateTable } from './overview.js';

export async function render({ id, signal, again }) {
  const path = `/clusterings/${segment(id)}`;
  const clustering = await get(path, signal);
  const told = h('div');
  const title = head(t('clustering.title', { time: dateTime(clustering.createdAt) }), [clustering.encoder ?? clustering.request.encoder, clustering.request.algorithm].join(' · '),
    ...actions(clustering, path, told, again));
  if (!isOver(clustering)) return [title, told, followed(clustering, path, signal, again)];
  const { metrics } = clustering, hasSources = clustering.sources?.length > 0;
  return [title, told,
    h('p', null, stateChip(clustering.state), clustering.published && [' ', chip(t('published'), 'info')]),
    clustering.error && notice(clustering.error.message, t(`failure.${clustering.error.code}`), 'bad', next('start', 'load')),
    clustering.state === 'canceled' && notice(t('clustering.canceled'), t('clustering.canceledText'), '', next('start', 'clusterings')),
    clustering.state === 'succeeded' && tiles(['clusteredUsers', integer(clustering.users)], ['events', integer(clustering.events)], ['items', integer(clustering.items)], ['clusters', integer(clustering.clusters)],
      ['silhouette', decimal(metrics?.silhouette)], ['recallAt10', percent(metrics?.recallAt10)], ['stability', decimal(metrics?.stability)],
      ['duration', seconds((new Date(clustering.finishedAt) - new Date(clustering.startedAt)) / 1000)]),
    grid(
      reasons(clustering), clustering.lineage && clustering.basedOn && card(t('flow.title'), { size: 'half' }, flowTiles(clustering), link(`clusterings/${clustering.basedOn}/compare/${clustering.id}`, t('flow.compare'))),
      clustering.gates?.length > 0 && card(t('gates.title'), { hint: t('gates.text') }, gateTable(clustering.gates)),
      metrics && metricCard(metrics), curve(metrics), clustering.cleaning?.length > 0 && cleaningCard(clustering.cleaning),
      clustering.state === 'succeeded' && clustering.clustersReason && part(t('selection.title'), async () => { const choice = await getOrNull(`${path}/selection`, signal); return choice?.candidates.length > 1 && selectionCurve(choice); }),
      clustering.state === 'succeeded' && clustering.request.algorithm === 'agglomerative' && part(t('tree.title'), async () => { const merges = await getOrNull(`${path}/tree`, signal); return merges && tree(merges); }),
      hasSources && sourcesCard(clustering.sources), clustering.state === 'succeeded' && exportsCard(path, signal), requested(clustering, hasSources ? '' : 'half')),
  ];
}

function actions(clustering, path, told, again) {
  const act = (key, method, where, kind, after = again) => action(t(key), told, async () => { await call(method, where); await after(); }, kind);
  if (!isOver(clustering)) return [act('clustering.cancel', 'DELETE', path, 'danger')];
  if (clustering.published) return [h('a', { class: 'button', href: '#/clusters' }, t('nav.clusters'))];
  return [
    clustering.state === 'succeeded' && act(clustering.publishedAt ? 'clustering.rollBack' : 'clustering.publish', 'POST', `${path}/publish`, 'primary'),
    act('clustering.delete', 'DELETE', path, 'danger', () => { location.hash = '#/clusterings'; }),
  ];
}

const flowTiles = ({ lineage }) => (lineage ? tiles(['stayed', integer(lineage.users.stayed)], ['moved', integer(lineage.users.moved)], ['joined', integer(lineage.users.joined)], ['left', integer(lineage.users.left)]) : null);

function reasons({ encoderReason, clustersReason, lineage, basedOn }) {
  if (!encoderReason && !clustersReason) return null;
  return card(t('clustering.reasons'), { size: lineage && basedOn ? 'half' : '' }, encoderReason && h('p', null, h('strong', null, `${define('encoder').label}: `), encoderReason),
    clustersReason && h('p', null, h('strong', null, `${define('clusters').label}: `), clustersReason));
}

const shown = ['silhouette', 'simplifiedSilhouette', 'calinskiHarabasz', 'daviesBouldin', 'stability', 'noise', 'dbcv', 'adjustedRandIndex', 'normalizedMutualInformation', 'recallAt10', 'ndcgAt10', 'orderEffect'];

function metricCard(metrics) {
  const rows = shown.map(name => ({ name, value: metrics[name], error: metrics[`${name}StandardError`], sample: metrics[`${name}SampleSize`] ?? (name === 'recallAt10' || name === 'ndcgAt10' ? metrics.rankingSampleSize : null), note: metrics.notes?.[name] }));
  const baselines = ['clusterPopularity', 'popularity', 'itemKnn'].filter(name => metrics[name]).map(name => ({ name, ...metrics[name] }));
  return card(t('metrics.title'), { hint: t('metrics.text') }, table(t('metrics.title'), [
    { key: 'metric', value: row => row.name, show: row => metricName(row.name) },
    { key: 'value', number: true, value: row => row.value, show: row => decimal(row.value) },
    { key: 'standardError', number: true, value: row => row.error, show: row => (typeof row.error === 'number' ? `± ${decimal(row.error)}` : '–') },
    { key: 'sampleSize', number: true, value: row => row.sample, show: row => integer(row.sample) },
    { key: 'metricNote', sentence: true, value: row => row.note ?? define(row.name).definition },
  ], rows), baselines.length > 0 && table(t('metrics.baselines'), [
    { key: 'baseline', value: row => define(row.name).label }, { key: 'recallAt10', number: true, value: row => row.recallAt10, show: row => percent(row.recallAt10) },
    { key: 'ndcgAt10', number: true, value: row => row.ndcgAt10, show: row => decimal(row.ndcgAt10) }], baselines));
}

const metricName = name => define(name).label;

function curve(metrics) {
  if (!(metrics?.trainingLoss?.length > 1)) return null;
  return h('section', { class: 'card' }, lossChart(metrics.trainingLoss.map((loss, i) => ({ epoch: i + 1, loss, recall: metrics.trainingRecallAt10?.[i] }))));
}

function requested({ request, id, interruptions }, size) {
  const flat = Object.entries({ ...request, ...request.parameters, parameters: null, id, interruptions }).filter(([, value]) => value !== null && value !== undefined && typeof value !== 'object').map(([name, value]) => ({ name, value }));
  return card(t('clustering.request'), { size }, h('details', null, h('summary', null, t('clustering.requestText')), table(t('clustering.request'), [
    { key: 'name', value: row => row.name }, { key: 'value', text: true, value: row => String(row.value) }], flat, { page: 100 })));
}
