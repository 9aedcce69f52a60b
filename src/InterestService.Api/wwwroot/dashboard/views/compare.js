// Two clusterings: what became of the clusters, and where the users went.
import { get, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, dateTime, decimal, integer, percent } from '../lib/i18n.js';
import { axis, chart, labelAxis, linesOf, plot, rowsHeight, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { card, grid, head, link, tiles } from '../lib/widgets.js';
import { clusterLabels, userLink } from '../lib/labels.js';

const most = 14;
const nameWidth = 150;

export async function render({ id, other, signal }) {
  const [comparison, earlier, later, labelOf] = await Promise.all([
    get(`/clusterings/${segment(id)}/compare/${segment(other)}?limit=100`, signal), get(`/clusterings/${segment(id)}`, signal), get(`/clusterings/${segment(other)}`, signal), clusterLabels(signal, id, other)]);
  const { users } = comparison;
  const overlaps = joined(comparison);
  return [
    head(t('compare.title'), t('compare.text', { earlier: dateTime(earlier.createdAt), later: dateTime(later.createdAt) }),
      link(`clusterings/${id}`, t('compare.earlier')), link(`clusterings/${other}`, t('compare.later')), link(`clusterings/${other}/compare/${id}`, t('compare.swap'))),
    tiles(['adjustedRand', decimal(comparison.adjustedRandIndex)], ['mutualInformation', decimal(comparison.normalizedMutualInformation)],
      ['stayed', integer(users.stayed)], ['moved', integer(users.moved)], ['joined', integer(users.joined)], ['left', integer(users.left)]),
    grid(h('section', { class: 'card' }, sankey(overlaps, labelOf)), h('section', { class: 'card' }, matrix(overlaps, labelOf)),
      fates(comparison, labelOf), movedUsers(comparison.usersMoved.items, labelOf)),
  ];
}

/** Who stayed (matched clusters) and who moved, as pairs of clusters, most users first. */
const joined = ({ matched, moves }) => {
  const pairs = new Map();
  for (const { previous, current, users } of [...matched.map(match => ({ previous: match.previous, current: match.current, users: match.commonUsers })), ...moves])
    if (users > 0) pairs.set(`${previous} ${current}`, { previous, current, users: Math.max(users, pairs.get(`${previous} ${current}`)?.users ?? 0) });
  return [...pairs.values()].sort((a, b) => b.users - a.users);
};

const pairColumns = labelOf => [
  { key: 'movedFrom', text: true, value: row => labelOf(row.previous) }, { key: 'movedTo', text: true, value: row => labelOf(row.current) },
  { key: 'users', number: true, value: row => row.users, show: row => integer(row.users) }];

/** The clusters with the most users; the others are left out of the picture, not of the table. */
const largest = (overlaps, side) => {
  const sizes = new Map();
  for (const pair of overlaps) if (pair[side] !== null && pair[side] !== undefined) sizes.set(pair[side], (sizes.get(pair[side]) ?? 0) + pair.users);
  return [...sizes].sort((a, b) => b[1] - a[1]).slice(0, most).map(([cluster]) => cluster);
};

/** Where there is little room, a cluster is named by its number; where its name is very long, by the beginning and the number. */
function nameOf(cluster, narrow, labelOf) {
  if (narrow) return t('cluster.number', { id: cluster });
  const label = labelOf(cluster), signs = [...label];
  if (linesOf(label, nameWidth) <= 3) return label;
  while (linesOf(signs.join(''), nameWidth) > 2) signs.pop();
  return `${signs.join('')}… (${cluster})`;
}

function sankey(overlaps, labelOf) {
  const before = largest(overlaps, 'previous'), after = largest(overlaps, 'current');
  const drawn = overlaps.filter(pair => before.includes(pair.previous) && after.includes(pair.current)).slice(0, 120);
  const name = (side, cluster) => `${side}:${cluster}`;
  return chart(t('compare.sankey'), {
    hint: t('compare.sankeyText'), height: narrow => 60 + (narrow ? 40 : 64) * Math.max(before.length, after.length), data: { columns: pairColumns(labelOf), rows: overlaps },
    option: (c, narrow) => ({
      tooltip: tip(c, { formatter: item => (item.dataType === 'edge' ? `${labelOf(item.data.previous)} → ${labelOf(item.data.current)}\n${t('unit.users', { n: integer(item.value) })}` : `${labelOf(Number(item.name.slice(2)))}\n${t('unit.users', { n: integer(item.value) })}`) }),
      series: [{
        type: 'sankey', animation: false, left: 4, right: narrow ? 110 : 250, top: 24, bottom: 24, nodeGap: narrow ? 22 : 46, nodeWidth: 12, emphasis: { focus: 'adjacency' }, draggable: false,
        lineStyle: { color: 'source', opacity: .35, curveness: .5 },
        data: [...before.map((cluster, i) => node(c, name('a', cluster), nameOf(cluster, narrow, labelOf), i)), ...after.map((cluster, i) => node(c, name('b', cluster), nameOf(cluster, narrow, labelOf), before.indexOf(cluster) >= 0 ? before.indexOf(cluster) : i + 3))],
        links: drawn.map(pair => ({ source: name('a', pair.previous), target: name('b', pair.current), value: pair.users, previous: pair.previous, current: pair.current })),
      }],
    }),
  });
}

/** A node; the labels of the earlier clustering lie on the flows. */
const node = (c, name, label, i) => ({
  name, itemStyle: { color: c.palette[i % c.palette.length], borderWidth: 0 },
  label: {
    position: 'right', color: c.ink, formatter: label, lineHeight: 13, fontSize: 11.5,
    ...(name.startsWith('a:') ? { backgroundColor: c.surface, padding: [1, 4], borderRadius: 4 } : { width: 240, overflow: 'break' }),
  },
});

function matrix(overlaps, labelOf) {
  const before = largest(overlaps, 'previous'), after = largest(overlaps, 'current');
  const cells = overlaps.filter(pair => before.includes(pair.previous) && after.includes(pair.current));
  const high = Math.max(1, ...cells.map(cell => cell.users));
  return chart(t('compare.matrix'), {
    hint: t('compare.matrixText'), height: rowsHeight(before.map(labelOf), 220), data: { columns: pairColumns(labelOf), rows: overlaps },
    option: (c, narrow) => ({
      grid: plot({ top: 8, right: 8, bottom: 54 }),
      tooltip: tip(c, { formatter: item => `${labelOf(before[item.value[1]])} → ${labelOf(after[item.value[0]])}\n${t('unit.users', { n: integer(item.value[2]) })}` }),
      xAxis: axis(c, { type: 'category', data: after.map(cluster => nameOf(cluster, narrow, labelOf)), splitLine: { show: false }, axisLabel: { rotate: 40, interval: 0, hideOverlap: false, width: nameWidth, overflow: 'break', lineHeight: 13 } }),
      yAxis: labelAxis(c, narrow, before.map(labelOf)),
      visualMap: { min: 0, max: high, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 120, text: [t('axis.users'), ''], textStyle: { color: c.muted }, inRange: { color: [c.raised, c.palette[0]] } },
      series: [{ type: 'heatmap', itemStyle: { borderColor: c.surface, borderWidth: 2 }, label: { show: !narrow, formatter: item => integer(item.value[2]) },
        data: cells.map(cell => ({ value: [after.indexOf(cell.current), before.indexOf(cell.previous), cell.users], label: { color: cell.users > high * .75 ? c.surface : c.ink } })) }],
    }),
  });
}

function fates({ matched, born, dead, split, merged }, labelOf) {
  const names = ids => ids.map(labelOf).join(' · ');
  const rows = [
    ...matched.map(match => ({ fate: 'matched', from: labelOf(match.previous), to: labelOf(match.current), users: match.commonUsers, jaccard: match.jaccard })),
    ...split.map(change => ({ fate: 'split', from: labelOf(change.previous), to: names(change.into) })), ...merged.map(change => ({ fate: 'merged', from: names(change.from), to: labelOf(change.current) })),
    ...born.map(cluster => ({ fate: 'born', from: '', to: labelOf(cluster) })), ...dead.map(cluster => ({ fate: 'dead', from: labelOf(cluster), to: '' }))];
  return card(t('compare.fates'), { hint: t('compare.fatesText') }, table(t('compare.fates'), [
    { key: 'fate', value: row => row.fate, show: row => t(`fate.${row.fate}`) }, { key: 'movedFrom', text: true, value: row => row.from }, { key: 'movedTo', text: true, value: row => row.to },
    { key: 'commonUsers', number: true, value: row => row.users, show: row => integer(row.users) }, { key: 'jaccard', number: true, value: row => row.jaccard, show: row => percent(row.jaccard, 0) }], rows, { sortable: true }));
}

const movedUsers = (moves, labelOf) => (moves.length === 0 ? null : card(t('compare.moved'), { hint: t('compare.movedText') }, table(t('compare.moved'), [
  { key: 'user', text: true, value: move => move.userId, show: move => userLink(move.userId) }, { key: 'movedFrom', text: true, value: move => labelOf(move.previous) }, { key: 'movedTo', text: true, value: move => labelOf(move.current) }], moves, { page: 10 })));
