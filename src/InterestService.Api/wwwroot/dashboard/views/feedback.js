// What followed from recommendations: rates with intervals and the uplift over the control group, by cluster.
import { get } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, integer, percent, signed } from '../lib/i18n.js';
import { axis, chart, labelAxis, plot, rowsHeight, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { card, chip, grid, head, link, notice, tiles, windowForm, windowOf } from '../lib/widgets.js';

export async function render({ query, signal }) {
  const feedback = await get(`/feedback?${windowOf(query)}`, signal);
  // Clusters of former clusterings have no label any more.
  feedback.clusters = feedback.clusters.map(row => ({ ...row, label: row.label ?? t(row.clusterId === null ? 'cluster.nowhere' : 'cluster.number', { id: row.clusterId }), isGone: row.label === null }));
  const { overall } = feedback;
  const title = head(t('nav.feedback'), t('feedback.text')), period = windowForm('feedback', query, { from: t('feedback.from'), to: t('feedback.to') });
  if (overall.recommended.impressions + overall.control.impressions === 0)
    return [title, period, notice(t('feedback.none'), t('feedback.noneText'), '', h('a', { href: '/swagger' }, t('nav.api'))), ignored(feedback)];
  return [title, period,
    tiles(['impressions', integer(overall.recommended.impressions)], ['clickRate', ...rateTile(overall.recommended.clickRate)], ['conversionRate', ...rateTile(overall.recommended.conversionRate)],
      ['clickUplift', ...upliftTile(overall.clickUplift)], ['conversionUplift', ...upliftTile(overall.conversionUplift)], ['controlImpressions', integer(overall.control.impressions)]),
    grid(rates('clickRate', feedback), rates('conversionRate', feedback), byCluster(feedback)), ignored(feedback)];
}

const between = (low, high) => `${low} … ${high}`;
const rateTile = interval => (interval ? [percent(interval.value), between(percent(interval.low), percent(interval.high))] : ['–']);
const rate = interval => (interval ? `${percent(interval.value)} (${between(percent(interval.low), percent(interval.high))})` : '–');
const points = value => percent(value, 2);
const upliftTile = figures => (figures ? [signed(figures.difference, points), between(signed(figures.low, points), signed(figures.high, points))] : ['–']);
const uplift = figures => (figures ? `${signed(figures.difference, points)} (${between(signed(figures.low, points), signed(figures.high, points))})` : '–');
const verdict = figures => (!figures ? null : figures.low > 0 ? chip(t('feedback.helps'), 'good') : figures.high < 0 ? chip(t('feedback.harms'), 'bad') : chip(t('feedback.unclear')));

function rates(key, { overall, clusters }) {
  const rows = [{ label: t('feedback.all'), figures: overall }, ...clusters.slice(0, 12)];
  const points = ['control', 'recommended'].map(group => rows.map(row => row.figures[group][key]));
  const names = ['control', 'recommended'].map(group => t(`feedback.${group}`));
  return h('section', { class: 'card half' }, chart(t(`feedback.${key}`), {
    hint: t('feedback.intervals'), height: rowsHeight(rows.map(row => row.label), 90, 40),
    data: { columns: [{ key: 'cluster', text: true, value: row => row.label }, { key: 'recommendedRate', value: row => row.figures.recommended[key]?.value, show: row => rate(row.figures.recommended[key]) }, { key: 'controlRate', value: row => row.figures.control[key]?.value, show: row => rate(row.figures.control[key]) }], rows },
    option: (c, narrow) => ({
      grid: plot({ top: 36, bottom: 8, right: 28 }), legend: { top: 0, left: 0, textStyle: { color: c.ink } }, tooltip: tip(c, { formatter: item => `${rows[item.dataIndex].label}\n${item.seriesName.trim()}: ${rate(points[names.indexOf(item.seriesName)]?.[item.dataIndex])}` }),
      xAxis: axis(c, { type: 'value', min: 0, splitNumber: narrow ? 3 : 5, axisLabel: { formatter: value => percent(value, 1, 0) } }),
      yAxis: labelAxis(c, narrow, rows.map(row => row.label)),
      series: points.map((intervals, i) => ({
        name: names[i], type: 'custom', itemStyle: { color: i === 0 ? c.muted : c.palette[0] }, data: intervals.map((interval, row) => (interval ? [interval.value, row, interval.low, interval.high] : [null, row])), encode: { x: [0, 2, 3], y: 1 },
        renderItem: (_, api) => interval(api, i === 0 ? 8 : -8, i === 0 ? c.muted : c.palette[0]),
      })),
    }),
  }));
}

/** A dot with its interval as a line. */
function interval(api, shift, colour) {
  if (Number.isNaN(api.value(0))) return null;
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [low] = api.coord([api.value(2), api.value(1)]), [high] = api.coord([api.value(3), api.value(1)]);
  return { type: 'group', children: [
    { type: 'line', shape: { x1: low, y1: y + shift, x2: high, y2: y + shift }, style: { stroke: colour, lineWidth: 3, opacity: .6 } },
    { type: 'circle', shape: { cx: x, cy: y + shift, r: 5 }, style: { fill: colour } }] };
}

const byCluster = ({ overall, clusters }) => card(t('feedback.byCluster'), { hint: t('feedback.byClusterText') }, table(t('feedback.byCluster'), [
  { key: 'cluster', text: true, value: row => row.label, show: row => (row.clusterId && !row.isGone ? link(`clusters/${row.clusterId}`, row.label) : row.label) },
  { key: 'impressions', number: true, value: row => row.figures.recommended.impressions, show: row => integer(row.figures.recommended.impressions) },
  { key: 'clickRate', value: row => row.figures.recommended.clickRate?.value, show: row => rate(row.figures.recommended.clickRate) },
  { key: 'clickUplift', value: row => row.figures.clickUplift?.difference, show: row => [uplift(row.figures.clickUplift), ' ', verdict(row.figures.clickUplift)].filter(Boolean) },
  { key: 'conversionRate', value: row => row.figures.recommended.conversionRate?.value, show: row => rate(row.figures.recommended.conversionRate) },
  { key: 'conversionUplift', value: row => row.figures.conversionUplift?.difference, show: row => [uplift(row.figures.conversionUplift), ' ', verdict(row.figures.conversionUplift)].filter(Boolean) },
], [{ label: t('feedback.all'), figures: overall }, ...clusters], { sortable: true }));

const ignored = feedback => card(t('feedback.ignored'), { hint: t('feedback.ignoredText') }, tiles(...['unknownImpressions', 'clicksWithoutImpression', 'conversionsWithoutImpression', 'undoneConversions', 'otherEvents', 'crossovers'].map(key => [key, integer(feedback[key])])));
