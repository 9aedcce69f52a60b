// The map of users: near dots are users with like interests. Zoom, select with the lasso, select a dot to open the user.
import { clusterings, getOrNull, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, decimal, integer } from '../lib/i18n.js';
import { chart, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { card, field, head, link, notice, tiles } from '../lib/widgets.js';
import { clusterLabels, userLink } from '../lib/labels.js';

export async function render({ query, signal }) {
  const title = head(t('nav.map'), t('map.text'));
  const { published } = await clusterings(signal);
  if (!published) return [title, notice(t('nothing.published'), t('nothing.publishedText'), '', link('clusterings', t('nav.clusterings')))];
  const [map, labelOf] = await Promise.all([getOrNull(`/clusterings/${segment(published.id)}/map`, signal), clusterLabels(signal)]);
  if (!map) return [title, notice(t('map.absent'), t('map.absentText'), '', link('clusters', t('nav.clusters')))];
  const points = Array.isArray(map) ? map : map.points;
  const sought = query.get('user');
  const found = sought ? points.find(point => point.userId === sought) : null;
  return [title, tiles(['mapUsers', integer(points.length)], ['trustworthiness', decimal(map.trustworthiness)], ['continuity', decimal(map.continuity)]),
    search(sought), sought && !found && notice(t('map.notFound'), t('map.notFoundText'), 'warn', userLink(sought)),
    h('section', { class: 'card' }, mapChart(points, labelOf, found)), clusterTable(points, labelOf)];
}

function search(value) {
  const input = h('input', { type: 'search', value: value ?? '', autocomplete: 'off' });
  return h('form', { class: 'row', role: 'search', onsubmit: event => { event.preventDefault(); location.hash = `#/map?${new URLSearchParams({ user: input.value.trim() })}`; } },
    field(t('users.id'), input), h('button', { class: 'primary' }, t('map.fly')));
}

const groupsOf = points => [...Map.groupBy(points, point => point.clusterId)].sort((a, b) => b[1].length - a[1].length);

function mapChart(points, labelOf, found) {
  const groups = groupsOf(points);

  const range = key => {
    const values = points.map(point => point[key]);
    const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
    return found ? { min: found[key] - (high - low) / 12, max: found[key] + (high - low) / 12 } : { min: low, max: high };
  };
  return chart(t('nav.map'), {
    hint: t('map.hint'), height: 640, onclick: item => { if (item.value) location.hash = `#/users/${encodeURIComponent(item.value[2])}`; },
    data: { columns: [{ key: 'user', value: point => point.userId, show: point => userLink(point.userId) }, { key: 'cluster', text: true, value: point => labelOf(point.clusterId) }, { key: 'x', number: true, value: point => point.x }, { key: 'y', number: true, value: point => point.y }], rows: points },
    option: (c, narrow) => ({
      grid: { left: 4, right: 4, top: narrow ? 70 : 50, bottom: 4 }, legend: { type: 'scroll', top: 0, left: 0, right: 0, textStyle: { color: c.ink }, pageTextStyle: { color: c.muted } },
      toolbox: { right: 0, bottom: 0, iconStyle: { borderColor: c.muted }, feature: { brush: { type: ['polygon', 'clear'], title: { polygon: t('map.lasso'), clear: t('map.clear') } } } },
      brush: { xAxisIndex: 0, throttleType: 'debounce', throttleDelay: 200 }, tooltip: tip(c, { formatter: item => `${item.value[2]}\n${item.seriesName}` }),
      xAxis: { show: false, type: 'value', ...range('x') }, yAxis: { show: false, type: 'value', ...range('y') },
      dataZoom: [{ type: 'inside', xAxisIndex: 0, filterMode: 'none' }, { type: 'inside', yAxisIndex: 0, filterMode: 'none' }],
      series: [...groups.map(([cluster, members], i) => ({
        name: labelOf(cluster), type: 'scatter', symbolSize: points.length > 5000 ? 4 : 7, large: members.length > 2000, itemStyle: { color: c.palette[i % 8], opacity: .75 },
        symbol: ['circle', 'diamond', 'triangle'][Math.floor(i / 8) % 3], data: members.map(point => [point.x, point.y, point.userId]),
      })), ...(found ? [{ name: found.userId, type: 'effectScatter', symbolSize: 16, itemStyle: { color: c.ink }, data: [[found.x, found.y, found.userId]] }] : [])],
    }),
  });
}

const clusterTable = (points, labelOf) => card(t('map.clusters'), {}, table(t('map.clusters'), [
  { key: 'cluster', text: true, value: ([cluster]) => labelOf(cluster), show: ([cluster]) => link(`clusters/${cluster}`, labelOf(cluster)) },
  { key: 'mapUsers', number: true, value: ([, members]) => members.length, show: ([, members]) => integer(members.length) },
], groupsOf(points), { page: 20 }));
