// The map of users: near dots are users with like interests. Zoom, select with the lasso, select a dot to open the user.
import { clusterings, getOrNull, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, decimal, integer, percent } from '../lib/i18n.js';
import { chart, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { card, field, head, link, notice, tiles } from '../lib/widgets.js';
import { clusterLabels, next, nothingPublished, userLink } from '../lib/labels.js';

/** Clusters differ by colour, then by shape: `[symbol of the chart, sign in the text]`. */
const shapes = [['circle', '●'], ['diamond', '◆'], ['triangle', '▲']];
const colourCount = 8;

export async function render({ query, signal }) {
  const title = head(t('nav.map'), t('map.text'));
  const { published } = await clusterings(signal);
  if (!published) return [title, nothingPublished()];
  const [map, labelOf] = await Promise.all([getOrNull(`/clusterings/${segment(published.id)}/map`, signal), clusterLabels(signal)]);
  if (!map) return [title, notice(t('map.absent'), t('map.absentText'), '', next('start'), link('clusters', t('nav.clusters')))];
  const sought = query.get('user');
  const found = sought ? map.points.find(point => point.userId === sought) : null;
  const groups = groupsOf(map.points);
  return [title, tiles(['mapUsers', integer(map.points.length)], ['trustworthiness', decimal(map.trustworthiness)], ['continuity', decimal(map.continuity)],
    map.meanDisplacement !== null && ['meanDisplacement', percent(map.meanDisplacement, 1)]),
    search(sought), sought && !found && notice(t('map.notFound'), t('map.notFoundText'), 'warn', userLink(sought)),
    h('section', { class: 'card' }, mapChart(map.points, groups, labelOf, found)), clusterTable(groups, labelOf)];
}

function search(value) {
  const input = h('input', { type: 'search', value: value ?? '', autocomplete: 'off' });
  return h('form', { class: 'row', role: 'search', onsubmit: event => { event.preventDefault(); location.hash = `#/map?${new URLSearchParams({ user: input.value.trim() })}`; } },
    field(t('users.id'), input), h('button', { class: 'primary' }, t('map.fly')));
}

/** Clusters with their users, the largest first; users in no dense region are a group of their own, without a cluster. */
function groupsOf(points) {
  const noise = points.filter(point => point.noise);
  const groups = [...Map.groupBy(points.filter(point => !point.noise), point => point.clusterId)].sort((a, b) => b[1].length - a[1].length)
    .map(([cluster, members], i) => ({ cluster, members, colour: i % colourCount, shape: shapes[Math.floor(i / colourCount) % shapes.length] }));
  return noise.length ? [...groups, { cluster: null, members: noise, shape: shapes[0] }] : groups;
}

const nameOf = (group, labelOf) => (group.cluster === null ? t('noise') : labelOf(group.cluster));

/** Ranges of the axes in which a unit is as long across as upwards; around a user who was searched for, or of all. */
function ranges(points, found, aspect) {
  const extent = key => points.reduce(([low, high], point) => [Math.min(low, point[key]), Math.max(high, point[key])], [Infinity, -Infinity]);
  const [[left, right], [bottom, top]] = [extent('x'), extent('y')];
  const height = (Math.max(top - bottom, (right - left) / aspect) || 1) * (found ? 1 / 6 : 1.06);
  const around = (middle, size) => ({ min: middle - size / 2, max: middle + size / 2 });
  return [around(found?.x ?? (left + right) / 2, height * aspect), around(found?.y ?? (bottom + top) / 2, height)];
}

/** The middle of the place where most of a group is, for its name; a group may be scattered over the map. */
function middleOf(members, size) {
  const places = Map.groupBy(members, ({ x, y }) => `${Math.round(x / size)} ${Math.round(y / size)}`);
  const densest = [...places.values()].reduce((best, place) => (place.length > best.length ? place : best));
  const median = key => densest.map(point => point[key]).sort((a, b) => a - b)[Math.floor(densest.length / 2)];
  return { x: median('x'), y: median('y') };
}

function mapChart(points, groups, labelOf, found) {
  return chart(t('nav.map'), {
    hint: t('map.hint'), height: narrow => (narrow ? 420 : 640), onclick: item => { if (item.value) location.hash = `#/users/${encodeURIComponent(item.value[2])}`; },
    data: { columns: [{ key: 'user', value: point => point.userId, show: point => userLink(point.userId) }, { key: 'cluster', text: true, value: point => labelOf(point.clusterId) }, { key: 'x', number: true, value: point => point.x }, { key: 'y', number: true, value: point => point.y }], rows: points },
    option: (c, narrow, width, height) => {
      const [xAxis, yAxis] = ranges(points, found, width / height);
      const dots = { type: 'scatter', symbolSize: points.length > 5000 ? 4 : narrow ? 5 : 7 };
      return {
        grid: { left: 0, right: 0, top: 0, bottom: 0 },
        toolbox: { right: 0, bottom: 0, iconStyle: { borderColor: c.muted }, feature: { brush: { type: ['polygon', 'clear'], title: { polygon: t('map.lasso'), clear: t('map.clear') } } } },
        brush: { xAxisIndex: 0, throttleType: 'debounce', throttleDelay: 200 }, tooltip: tip(c, { formatter: item => `${item.value[2]}\n${item.seriesName}` }),
        xAxis: { show: false, type: 'value', ...xAxis }, yAxis: { show: false, type: 'value', ...yAxis },
        dataZoom: [{ type: 'inside', xAxisIndex: 0, filterMode: 'none' }, { type: 'inside', yAxisIndex: 0, filterMode: 'none' }],
        series: [
          ...groups.map(group => ({
            ...dots, name: nameOf(group, labelOf), large: group.members.length > 2000, symbol: group.shape[0],
            itemStyle: group.cluster === null ? { color: c.muted, opacity: .35 } : { color: c.palette[group.colour], opacity: .75 },
            data: group.members.map(point => [point.x, point.y, point.userId]),
          })),
          ...(found ? [{ name: labelOf(found.clusterId), type: 'effectScatter', symbolSize: 16, itemStyle: { color: c.ink }, data: [[found.x, found.y, found.userId]] }] : names(c, groups, labelOf, xAxis)),
        ],
      };
    },
  });
}

/** The names of the clusters on the map, the largest first; one that would cover another one is left out, and at the edges they are written inwards. */
const names = (c, groups, labelOf, { min, max }) => groups.filter(group => group.cluster !== null).map((group, i) => {
  const { x, y } = middleOf(group.members, (max - min) / 16);
  const position = ['right', 'inside', 'left'][Math.min(2, Math.floor(3 * (x - min) / (max - min)))];
  return {
    type: 'scatter', symbolSize: 1, silent: true, z: 100 - i, itemStyle: { color: 'transparent' }, data: [[x, y]], tooltip: { show: false }, labelLayout: { hideOverlap: true },
    label: {
      show: true, formatter: labelOf(group.cluster).replaceAll(' · ', '\u00a0· '), position, color: c.ink, fontSize: 12, fontWeight: 600, lineHeight: 15, width: 130,
      overflow: 'break', textBorderColor: c.surface, textBorderWidth: 4,
    },
  };
});

const clusterTable = (groups, labelOf) => card(t('map.clusters'), {}, table(t('map.clusters'), [
  { key: 'cluster', text: true, value: group => nameOf(group, labelOf), show: group => [sign(group), group.cluster === null ? t('noise') : link(`clusters/${group.cluster}`, labelOf(group.cluster))] },
  { key: 'mapUsers', number: true, value: group => group.members.length, show: group => integer(group.members.length) },
], groups, { page: 20 }));

/** The mark of a cluster on the map. */
const sign = group => h('span', { class: `sign ${group.cluster === null ? 'muted' : `c${group.colour + 1}`}`, 'aria-hidden': 'true' }, group.shape[1]);
