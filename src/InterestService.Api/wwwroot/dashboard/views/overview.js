// What is published, how good and how fresh it is, and how it came about.
import { clusterings, getOrNull, list } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, ago, dateTime, dayMonth, decimal, define, integer, percent } from '../lib/i18n.js';
import { axis, chart, plot, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { bar, card, chip, grid, head, link, notice, part, tiles } from '../lib/widgets.js';
import { next, stateChip, trendText } from '../lib/labels.js';

export async function render({ signal }) {
  const [{ all, published }, clusters] = await Promise.all([clusterings(signal), list('/clusters', signal)]);
  if (!published) return [head(t('nav.overview'), t('overview.text')), nothingYet(all)];
  const { metrics } = published;
  const people = clusters.reduce((sum, cluster) => sum + cluster.users, 0);
  return [
    head(t('nav.overview'), t('overview.text'), h('a', { class: 'button', href: `#/clusterings/${published.id}` }, t('overview.published'))),
    tiles(
      ['users', integer(people)], ['events', integer(published.events)], ['items', integer(published.items)], ['clusters', integer(published.clusters), metrics?.noise > 0 && t('overview.noise', { share: percent(metrics.noise) })],
      ['silhouette', decimal(metrics?.silhouette)], ['recallAt10', percent(metrics?.recallAt10)], ['stability', decimal(metrics?.stability)],
      ['freshness', ago(published.publishedAt), dateTime(published.publishedAt)]),
    published.clusters === 1 && notice(t('overview.one'), t('overview.oneText'), 'warn', link(`clusterings/${published.id}`, t('overview.published')), ...next('start')),
    grid(sizes(clusters), part(t('drift.title'), async () => driftCard(await getOrNull('/drift', signal)), 'third'), history(all), gates(published), flow(published)),
  ];
}

function nothingYet(all) {
  const running = all.find(clustering => clustering.state === 'running' || clustering.state === 'queued');
  if (running) return notice(t('overview.running'), t('overview.runningText'), '', link(`clusterings/${running.id}`, t('overview.follow')));
  if (all.some(clustering => clustering.state === 'succeeded'))
    return notice(t('overview.unpublished'), t('overview.unpublishedText'), '', next('clusterings'));
  return notice(t('overview.empty'), t('overview.emptyText'), '', next('load', 'start'));
}

function sizes(clusters) {
  const most = Math.max(...clusters.map(cluster => cluster.share));
  return card(t('overview.sizes'), { size: 'wide', hint: t('overview.sizesText') }, table(t('overview.sizes'), [
    { key: 'cluster', text: true, value: cluster => cluster.label, show: cluster => link(`clusters/${cluster.id}`, cluster.label) },
    { key: 'share', value: cluster => cluster.share, show: cluster => bar(cluster.share / most, percent(cluster.share)) },
    { key: 'users', number: true, value: cluster => cluster.users, show: cluster => integer(cluster.users) },
    { key: 'trend', value: cluster => cluster.trend.usersChange, show: cluster => trendText(cluster.trend) },
  ], [...clusters].sort((a, b) => b.users - a.users), { sortable: true, page: 12 }));
}

function driftCard(drift) {
  if (!drift) return card(t('drift.title'), {}, h('p', { class: 'muted' }, t('drift.none')));
  const moved = drift.usersSampled > 0 ? drift.usersMoved / drift.usersSampled : null;
  return card(t('drift.title'), { hint: t('drift.text', { since: dateTime(drift.since) }) },
    h('p', null, drift.drifted ? chip(t('drift.yes'), 'warn') : drift.threshold === null ? chip(t('drift.measured')) : chip(t('drift.no'), 'good')),
    tiles(['usersMoved', percent(moved), t('drift.sample', { n: integer(drift.usersSampled) })], ['newEvents', integer(drift.newEvents)],
      ['unknownItemEvents', integer(drift.unknownItemEvents)], drift.threshold !== null && drift.threshold !== undefined && ['threshold', percent(drift.threshold)]));
}

const trendKeys = ['silhouette', 'recallAt10', 'stability'];

function history(all) {
  const over = all.filter(clustering => clustering.state === 'succeeded').slice(0, 20).reverse();
  const rows = over.map(clustering => ({ ...clustering, ...clustering.metrics, id: clustering.id, clusters: clustering.clusters }));
  if (rows.length < 2) return card(t('overview.trend'), { size: 'half' }, h('p', { class: 'muted' }, t('overview.trendNone')), link(`clusterings/${all[0].id}`, stateChip(all[0].state)));
  const columns = [
    { key: 'finishedAt', value: row => row.finishedAt, show: row => link(`clusterings/${row.id}`, dateTime(row.finishedAt)) },
    ...trendKeys.map(key => ({ key, number: true, value: row => row[key], show: row => decimal(row[key]) })),
    { key: 'users', number: true, value: row => row.users, show: row => integer(row.users) },
    { key: 'clusters', number: true, value: row => row.clusters, show: row => integer(row.clusters) },
  ];
  return h('section', { class: 'card half' }, chart(t('overview.trend'), {
    hint: t('overview.trendText'), height: 280, data: { columns, rows }, onclick: item => { location.hash = `#/clusterings/${rows[item.dataIndex].id}`; },
    option: (c, narrow) => ({
      legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 4, textStyle: { color: c.ink } }, grid: plot({ top: 40 }),
      tooltip: tip(c, { trigger: 'axis', valueFormatter: value => decimal(value) }),
      xAxis: axis(c, { type: 'category', data: rows.map(row => dayMonth(row.finishedAt)), axisLabel: { interval: 'auto', hideOverlap: true } }),
      yAxis: axis(c, { type: 'value', scale: true, axisLabel: { formatter: value => decimal(value, 2) }, splitNumber: narrow ? 3 : 5 }),
      series: trendKeys.map(key => ({ name: define(key).label, type: 'line', symbolSize: 7, lineStyle: { width: 2 }, data: rows.map(row => row[key] ?? null) })),
    }),
  }));
}

function gates(published) {
  const title = t('gates.title');
  if (!published.gates?.length) return card(title, { size: 'half' }, h('p', { class: 'muted' }, t('gates.none')));
  return card(title, { size: 'half', hint: t('gates.text') }, gateTable(published.gates));
}

export const gateTable = rows => table(t('gates.title'), [
  { key: 'gate', value: gate => define(gate.name).label },
  { key: 'gatePublished', number: true, value: gate => gate.published, show: gate => decimal(gate.published) },
  { key: 'gateFound', number: true, value: gate => gate.found, show: gate => decimal(gate.found) },
  { key: 'gateLeast', number: true, value: gate => gate.least, show: gate => decimal(gate.least) },
  { key: 'gateResult', value: gate => String(gate.passed), show: gate => (gate.passed ? chip(t('gates.passed'), 'good') : chip(t('gates.failed'), 'bad')) },
], rows);

function flow(published) {
  const users = published.lineage?.users;
  if (!users || !published.basedOn) return null;
  return card(t('flow.title'), { hint: t('flow.text') },
    tiles(['stayed', integer(users.stayed)], ['moved', integer(users.moved)], ['joined', integer(users.joined)], ['left', integer(users.left)]),
    link(`clusterings/${published.basedOn}/compare/${published.id}`, t('flow.compare')));
}
