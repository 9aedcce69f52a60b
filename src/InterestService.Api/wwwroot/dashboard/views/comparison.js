// The leaderboard of one comparison: quality, time and memory of every pair of encoder and algorithm.
import { call, get, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, dateTime, decimal, define, megabytes, percent, seconds } from '../lib/i18n.js';
import { axis, chart, plot, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { action, card, chip, field, grid, head, notice, select, tiles } from '../lib/widgets.js';
import { isOver } from '../lib/labels.js';
import { followed } from '../lib/progress.js';

const metrics = ['silhouette', 'stability', 'recallAt10', 'ndcgAt10', 'adjustedRandIndex', 'normalizedMutualInformation', 'daviesBouldin'];

export async function render({ id, signal, again }) {
  const path = `/comparisons/${segment(id)}`;
  const comparison = await get(path, signal);
  const told = h('div');
  const remove = action(t(isOver(comparison) ? 'clustering.delete' : 'clustering.cancel'), told, async () => {
    await call('DELETE', path);
    if (isOver(comparison)) location.hash = '#/comparisons'; else await again();
  }, 'danger');
  const title = head(t('comparison.title', { time: dateTime(comparison.createdAt) }), t('comparison.text'), remove);
  const rows = comparison.rows ?? [];
  return [title, told, !isOver(comparison) && followed(comparison, path, signal, again, false),
    comparison.error && notice(comparison.error.message, t(`failure.${comparison.error.code}`), 'bad'),
    comparison.winner && winner(comparison.winner),
    rows.length > 0 && grid(card(t('comparison.leaderboard'), { hint: t('comparison.leaderboardText') }, table(t('comparison.leaderboard'), columns(comparison.winner).filter(column => rows.some(row => column.value(row) !== null && column.value(row) !== undefined)), rows, { sortable: true, page: 100 })), costs(rows))];
}

const secondsOf = row => (row.encoding?.seconds ?? 0) + (row.clustering?.seconds ?? 0);
const memoryOf = row => Math.max(row.encoding?.peakMemoryBytes ?? 0, row.clustering?.peakMemoryBytes ?? 0) || null;

const columns = won => [
  { key: 'encoder', value: row => row.encoder, show: row => [row.encoder, won && won.encoder === row.encoder && won.algorithm === row.algorithm ? [' ', chip(t('comparison.winner'), 'good')] : null].flat(2) },
  { key: 'algorithm', value: row => row.algorithm }, { key: 'clusters', number: true, value: row => row.clusters },
  ...metrics.map(key => ({ key, number: true, value: row => row.metrics?.[key], show: row => decimal(row.metrics?.[key]) })),
  { key: 'seconds', number: true, value: secondsOf, show: row => seconds(secondsOf(row)) },
  { key: 'memory', number: true, value: memoryOf, show: row => megabytes(memoryOf(row)) },
  { key: 'rowError', value: row => row.error },
];

const winner = won => [tiles(['winner', `${won.encoder} · ${won.algorithm}`], ['criterion', define(won.criterion).label], ['winnerValue', decimal(won.value)], ['best', decimal(won.best)], ['margin', decimal(won.margin)]),
  h('p', { class: 'muted' }, won.reason)];

function costs(rows) {
  const section = h('section', { class: 'card' });
  const available = metrics.filter(key => rows.some(row => typeof row.metrics?.[key] === 'number'));
  const choice = select(available.map(key => [key, define(key).label]), available.includes('recallAt10') ? 'recallAt10' : available[0], draw);
  const place = h('div');
  section.append(h('div', { class: 'row' }, field(t('comparison.metric'), choice)), place);
  draw();
  return section;

  function draw() {
    const key = choice.value;
    const points = rows.filter(row => typeof row.metrics?.[key] === 'number');
    const algorithms = [...new Set(points.map(row => row.algorithm))];
    const symbols = ['circle', 'diamond', 'triangle', 'rect', 'pin', 'arrow'];
    place.replaceChildren(chart(t('comparison.scatter', { metric: define(key).label }), {
      hint: t('comparison.scatterText'), height: 420, data: { columns: columns(null), rows: points },
      option: (c, narrow) => ({
        grid: plot({ top: narrow ? 92 : 66, right: 30, bottom: 28 }), legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 14, textStyle: { color: c.ink } },
        tooltip: tip(c, { formatter: item => `${item.value[2]} · ${item.seriesName}\n${seconds(item.value[0])} · ${decimal(item.value[1])}` }),
        xAxis: axis(c, { type: 'log', name: t('axis.seconds'), nameLocation: 'middle', nameGap: 28, axisLabel: { formatter: seconds } }),
        yAxis: axis(c, { type: 'value', scale: true, boundaryGap: [0, '12%'], name: define(key).label, nameTextStyle: { align: 'left', color: c.muted }, axisLabel: { formatter: value => (key === 'recallAt10' ? percent(value, 1, 0) : decimal(value, 2)) } }),
        series: algorithms.map((algorithm, i) => ({
          name: algorithm, type: 'scatter', symbol: symbols[i % symbols.length], symbolSize: 13, itemStyle: { opacity: .85 },
          data: points.filter(row => row.algorithm === algorithm).map(row => [Math.max(.001, secondsOf(row)), row.metrics[key], row.encoder]),
          label: { show: !narrow, position: 'top', minMargin: 6, color: c.ink, formatter: item => item.value[2] }, labelLayout: { hideOverlap: true },
        })),
      }),
    }));
  }
}
