// The structure that a clustering found: the curve behind the number of clusters, and the merge tree as a dendrogram.
import { h } from './dom.js';
import { t, decimal, define, integer } from './i18n.js';
import { axis, chart, plot, tip } from './charts.js';

const curves = ['score', 'silhouette', 'stability', 'predictionStrength', 'chancePredictionStrength'];

export const selectionCurve = choice => h('section', { class: 'card' }, chart(t('selection.title'), {
  hint: choice.reason ?? t('selection.text', { k: choice.chosen }), height: 320,
  data: { columns: [{ key: 'candidate', number: true, value: row => row.clusters }, ...curves.map(key => ({ key, number: true, value: row => row[key], show: row => decimal(row[key]) }))], rows: choice.candidates },
  option: (c, narrow) => ({
    grid: plot({ top: narrow ? 84 : 44, bottom: 26 }), legend: { top: 0, left: 0, icon: 'roundRect', itemHeight: 4, textStyle: { color: c.ink } }, tooltip: tip(c, { trigger: 'axis', valueFormatter: value => decimal(value) }),
    xAxis: axis(c, { type: 'category', data: choice.candidates.map(row => row.clusters), name: t('axis.clusters'), nameLocation: 'middle', nameGap: 26 }), yAxis: axis(c, { type: 'value', scale: true, axisLabel: { formatter: value => decimal(value, 2) } }),
    series: curves.map((key, i) => ({
      name: define(key).label, type: 'line', data: choice.candidates.map(row => row[key] ?? null), symbolSize: i === 0 ? 8 : 5, lineStyle: { width: i === 0 ? 3 : 1.5, type: i === 0 ? 'solid' : 'dashed' },
      ...(i === 0 && { markLine: { silent: true, symbol: 'none', data: [{ xAxis: String(choice.chosen) }], lineStyle: { color: c.muted }, label: { color: c.ink, formatter: `k = ${choice.chosen}` } } }),
    })),
  }),
}));

const shownGroups = 40;

/** The top of the tree: nodes below it are shown as groups with the number of their leaves. */
export function tree({ leaves, merges }) {
  const top = merges.slice(-(shownGroups - 1));
  if (top.length === 0) return null;
  const firstShown = leaves + merges.length - top.length;
  const groups = [], links = [];
  place(leaves + merges.length - 1);
  return h('section', { class: 'card' }, chart(t('tree.title'), {
    hint: t('tree.text', { n: integer(groups.length), leaves: integer(leaves) }), height: 380,
    data: { columns: [{ key: 'mergeHeight', number: true, value: row => row.height, show: row => decimal(row.height) }, { key: 'mergeSize', number: true, value: row => row.size, show: row => integer(row.size) }], rows: [...top].reverse() },
    option: c => ({
      grid: plot({ top: 34, bottom: 26 }), tooltip: tip(c, { formatter: item => t('tree.merge', { height: decimal(item.data.coords[1][1]), n: integer(item.data.size) }) }),
      xAxis: axis(c, { type: 'value', min: -1, max: groups.length, interval: 1, splitLine: { show: false }, axisLine: { show: false }, name: t('axis.groups'), nameLocation: 'middle', nameGap: 26, axisLabel: { formatter: value => (Number.isInteger(value) && groups[value] !== undefined ? integer(groups[value]) : ''), showMinLabel: true } }),
      yAxis: axis(c, { type: 'value', min: 0, max: top.at(-1).height * 1.05 || 1, name: t('axis.height'), nameTextStyle: { align: 'left', color: c.muted }, axisLabel: { showMaxLabel: false, formatter: value => decimal(value, 2) } }),
      series: [{ type: 'lines', coordinateSystem: 'cartesian2d', polyline: true, lineStyle: { color: c.palette[0], width: 1.6, opacity: 1, curveness: 0 }, data: links }],
    }),
  }));

  /** Gives a node its place: the mean of its children's, at the height of its merge. */
  function place(node) {
    const merge = node >= leaves ? merges[node - leaves] : null;
    if (!merge || node < firstShown) {
      groups.push(merge?.size ?? 1);
      return { x: groups.length - 1, y: 0 };
    }
    const a = place(merge.a), b = place(merge.b);
    links.push({ coords: [[a.x, a.y], [a.x, merge.height], [b.x, merge.height], [b.x, b.y]], size: merge.size });
    return { x: (a.x + b.x) / 2, y: merge.height };
  }
}
