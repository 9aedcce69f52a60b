// The map of users: near dots are users with like interests. Zoom, select with the lasso, select a dot to open the user.
import { clusterings, getOrNull, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, decimal, integer, percent } from '../lib/i18n.js';
import { framed } from '../lib/charts.js';
import { dots } from '../lib/map/dots.js';
import { saveCsv, table } from '../lib/table.js';
import { button, card, field, head, link, notice, tiles } from '../lib/widgets.js';
import { clusterLabels, next, nothingPublished, userLink } from '../lib/labels.js';

/** Clusters differ by colour, then by shape: `[shape of the dot, sign in the text]`. */
const shapes = [['circle', '●'], ['diamond', '◆'], ['triangle', '▲'], ['square', '■']], noiseShape = ['cross', '×'];
const colourCount = 8;

export async function render({ query, signal }) {
  const title = head(t('nav.map'), t('map.text'));
  const { published } = await clusterings(signal);
  if (!published) return [title, nothingPublished()];
  const [map, labelOf] = await Promise.all([getOrNull(`/clusterings/${segment(published.id)}/map`, signal), clusterLabels(signal)]);
  if (!map) return [title, notice(t('map.absent'), t('map.absentText'), '', next('start'), link('clusters', t('nav.clusters')))];
  if (new Set(map.points.map(({ x, y }) => `${x} ${y}`)).size < 2) return [title, notice(t('map.flat'), t('map.flatText'), '', ...next('load', 'start'), link('clusters', t('nav.clusters')))];
  const sought = query.get('user');
  const found = sought ? map.points.find(point => point.userId === sought) : null;
  const groups = groupsOf(map.points), selection = h('div', { 'aria-live': 'polite' });
  return [title, tiles(['mapUsers', integer(map.points.length)], ['trustworthiness', decimal(map.trustworthiness)], ['continuity', decimal(map.continuity)],
    map.meanDisplacement !== null && ['meanDisplacement', percent(map.meanDisplacement, 1)]),
    search(sought), sought && !found && notice(t('map.notFound'), t('map.notFoundText'), 'warn', userLink(sought)),
    h('section', { class: 'card' }, picture(map.points, groups, labelOf, found, selection)), selection, clusterTable(groups, labelOf)];
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
  return noise.length ? [...groups, { cluster: null, members: noise, shape: noiseShape }] : groups;
}

const nameOf = (group, labelOf) => (group.cluster === null ? t('noise') : labelOf(group.cluster));

/** The middle of the place where most of a group is, for its name; a group may be scattered over the map. */
function middleOf(members, size) {
  const places = Map.groupBy(members, ({ x, y }) => `${Math.round(x / size)} ${Math.round(y / size)}`);
  const densest = [...places.values()].reduce((best, place) => (place.length > best.length ? place : best));
  const median = key => densest.map(point => point[key]).sort((a, b) => a - b)[Math.floor(densest.length / 2)];
  return { x: median('x'), y: median('y') };
}

const pointColumns = labelOf => [
  { key: 'user', text: true, value: point => point.userId, show: point => userLink(point.userId) },
  { key: 'cluster', text: true, value: point => (point.noise ? t('noise') : labelOf(point.clusterId)) },
  { key: 'x', number: true, value: point => point.x, show: point => decimal(point.x, 2) }, { key: 'y', number: true, value: point => point.y, show: point => decimal(point.y, 2) }];

function picture(points, groups, labelOf, found, selection) {
  const tools = h('span', { class: 'map-tools' });
  const { figure, place } = framed(t('nav.map'), { hint: t('map.hint'), tools, data: { columns: pointColumns(labelOf), rows: points }, png: () => place.querySelector('canvas').toDataURL() });
  place.classList.add('map');
  const side = points.reduce(([low, high], { x }) => [Math.min(low, x), Math.max(high, x)], [Infinity, -Infinity]);
  // The small groups lie on the large ones, and all of them on those that are in no cluster.
  const parts = [...groups.filter(group => group.cluster === null), ...groups.filter(group => group.cluster !== null)];
  tools.append(...dots(place, parts.map(group => ({ name: nameOf(group, labelOf), members: group.members, shape: group.shape[0], colour: group.colour, opacity: group.cluster === null ? .4 : .75 })), {
    names: groups.filter(group => group.cluster !== null).map(group => ({ text: labelOf(group.cluster), ...middleOf(group.members, (side[1] - side[0]) / 16 || 1) })),
    found, onopen: point => { location.hash = `#/users/${encodeURIComponent(point.userId)}`; },
    onselect: chosen => selection.replaceChildren(...(chosen.length > 0 ? [selected(chosen, labelOf)] : [])),
  }));
  return figure;
}

/** The users within the lasso, to be opened or saved. */
function selected(points, labelOf) {
  const columns = pointColumns(labelOf).slice(0, 2), title = t('map.selected', { n: integer(points.length) });
  return card(title, {}, table(title, columns, points, { sortable: true, page: 10 }), h('div', { class: 'actions' }, button('CSV', () => saveCsv('users', columns, points))));
}

const clusterTable = (groups, labelOf) => card(t('map.clusters'), {}, table(t('map.clusters'), [
  { key: 'cluster', text: true, value: group => nameOf(group, labelOf), show: group => [sign(group), group.cluster === null ? t('noise') : link(`clusters/${group.cluster}`, labelOf(group.cluster))] },
  { key: 'mapUsers', number: true, value: group => group.members.length, show: group => integer(group.members.length) },
], groups, { page: 20 }));

/** The mark of a cluster on the map. */
const sign = group => h('span', { class: `sign ${group.cluster === null ? 'muted' : `c${group.colour + 1}`}`, 'aria-hidden': 'true' }, group.shape[1]);
