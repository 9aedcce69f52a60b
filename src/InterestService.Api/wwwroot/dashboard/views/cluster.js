// One cluster: what its users have in common, who they are, who came and who went.
import { call, getOrNull, get, list, clusterings, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, decimal, integer, percent, signed } from '../lib/i18n.js';
import { axis, bars, chart, plot, rowsHeight, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { action, bar, button, card, chip, field, grid, head, link, notice, part, tiles } from '../lib/widgets.js';
import { clusterLabels, nothingPublished, titleOf, trendText, userLink } from '../lib/labels.js';

export async function render({ id, signal, again }) {
  const cluster = await getOrNull(`/clusters/${segment(id)}`, signal);
  if (!cluster) {
    const isAny = (await list('/clusters', signal, 1)).length > 0;
    return [head(t('cluster.number', { id })), isAny ? notice(t('cluster.gone'), t('cluster.goneText'), '', h('a', { class: 'button primary', href: '#/clusters' }, t('nav.clusters'))) : nothingPublished()];
  }

  const { trend } = cluster;
  const nameOf = share => share.name;
  const charts = [
    lifts('topCategories', cluster.topCategories, nameOf), lifts('topItems', cluster.topItems, titleOf), lifts('topTerms', cluster.topTerms, nameOf),
    lifts('topCommunities', cluster.topCommunities, nameOf)].filter(Boolean);
  return [
    head(cluster.label, cluster.note ?? t('cluster.text', { id }), renaming(cluster, again)),
    tiles(['users', integer(cluster.users)], ['share', percent(cluster.share)], ['cohesion', decimal(cluster.cohesion, 2)],
      ['trend', trendText(trend), trend.previousUsers !== null && trend.previousUsers !== undefined ? t('cluster.before', { n: integer(trend.previousUsers), change: signed(trend.shareChange, percent) }) : null],
      cluster.persistence !== null && cluster.persistence !== undefined && ['persistence', decimal(cluster.persistence, 2)]),
    grid(
      charts,
      card(t('cluster.medoids'), { size: charts.length % 2 === 1 ? 'half' : '', hint: t('cluster.medoidsText') }, h('ul', { class: 'chips' }, cluster.medoids.map(user => h('li', { class: 'chip' }, userLink(user))))),
      part(t('cluster.members'), () => members(cluster, signal)), part(t('cluster.items'), () => items(cluster, signal)), part(t('cluster.movers'), () => movers(cluster, signal))),
  ];
}

/** The label becomes a field in place; an empty one gives the generated label back. */
function renaming(cluster, again) {
  const place = h('div'), told = h('div');
  const open = button(t('rename.open'), () => {
    const label = h('input', { value: cluster.label, maxlength: 200 }), note = h('input', { value: cluster.note ?? '', maxlength: 1000 });
    const save = action(t('save'), told, async () => {
      try {
        await call('PATCH', `/clusters/${cluster.id}`, { body: { label: label.value.trim() || null, note: note.value.trim() || null } });
      } catch (error) {
        if (error.status !== 404 && error.status !== 405) throw error;
        told.replaceChildren(notice(t('rename.absent'), t('rename.absentText'), 'warn'));
        return;
      }
      await again();
    }, 'primary');
    place.replaceChildren(h('form', { class: 'row', onsubmit: event => { event.preventDefault(); save.click(); } },
      field(t('rename.label'), label), field(t('rename.note'), note), save, button(t('cancel'), () => place.replaceChildren(open)), told));
    label.focus();
  });
  place.append(open);
  return place;
}

function lifts(key, shares, nameOf) {
  if (shares.length === 0) return null;
  const rows = shares.slice(0, 10);
  return h('section', { class: 'card half' }, chart(t(`cluster.${key}`), {
    hint: t('cluster.liftText'), height: rowsHeight(rows.map(nameOf), 64),
    data: { columns: [
      { key: 'name', text: true, value: nameOf }, { key: 'lift', number: true, value: row => row.lift, show: row => decimal(row.lift, 2) },
      { key: 'attention', number: true, value: row => row.share, show: row => percent(row.share) }], rows },
    option: (c, narrow) => bars(c, narrow, rows.map(row => [nameOf(row), row.lift]), { format: value => `${decimal(value, value < 10 ? 1 : 0)}×`, mark: 1, name: t('axis.lift') }),
  }));
}

async function members(cluster, signal) {
  const users = await list(`/clusters/${cluster.id}/users`, signal, 1000);
  const columns = [
    { key: 'user', text: true, value: user => user.userId, show: user => userLink(user.userId) },
    { key: 'confidence', value: user => user.confidence, show: user => bar(user.confidence, percent(user.confidence, 0)) },
    { key: 'distance', number: true, value: user => user.distance, show: user => decimal(user.distance, 2) },
    { key: 'source', value: user => user.source, show: user => [t(`source.${user.source}`), user.noise ? [' ', chip(t('noise'), 'warn')] : null].flat(2) },
  ];
  const counts = Array.from({ length: 10 }, (_, i) => ({ from: i / 10, users: users.filter(user => Math.min(9, Math.floor(user.confidence * 10)) === i).length }));
  const histogram = chart(t('cluster.confidence'), {
    hint: t('cluster.confidenceText', { n: integer(users.length) }), height: narrow => (narrow ? 240 : 400),
    data: { columns: [{ key: 'confidence', value: row => row.from, show: row => `${percent(row.from, 0)} – ${percent(row.from + .1, 0)}` }, { key: 'users', number: true, value: row => row.users }], rows: counts },
    option: c => ({
      grid: plot({ top: 30, bottom: 28 }), tooltip: tip(c, { formatter: item => `${item.name}\n${t('unit.users', { n: integer(item.value) })}` }),
      xAxis: axis(c, { type: 'category', data: counts.map(row => `${percent(row.from, 0)}–${percent(row.from + .1, 0)}`), name: t('axis.confidence'), nameLocation: 'middle', nameGap: 28 }),
      yAxis: axis(c, { type: 'value', name: t('axis.users'), nameTextStyle: { align: 'left', color: c.muted }, minInterval: 1 }),
      series: [{ type: 'bar', barCategoryGap: '8%', itemStyle: { borderRadius: [3, 3, 0, 0] }, data: counts.map(row => row.users) }],
    }),
  });
  return grid(h('section', { class: 'card half' }, histogram),
    card(t('cluster.members'), { size: 'half', hint: t('cluster.membersText') }, table(t('cluster.members'), columns, users, { page: 8, sortable: true })));
}

async function items(cluster, signal) {
  const found = await list(`/clusters/${cluster.id}/items`, signal, 200);
  return card(t('cluster.items'), { hint: t('cluster.itemsText') }, table(t('cluster.items'), [
    { key: 'item', text: true, value: titleOf }, { key: 'itemId', text: true, value: item => item.itemId },
    { key: 'users', number: true, value: item => item.users, show: item => integer(item.users) },
    { key: 'itemShare', value: item => item.share, show: item => bar(item.share, percent(item.share)) },
  ], found, { page: 10, sortable: true }));
}

async function movers(cluster, signal) {
  const { published } = await clusterings(signal);
  if (!published?.basedOn) return card(t('cluster.movers'), {}, h('p', { class: 'muted' }, t('cluster.moversFirst')));
  const [comparison, labelOf] = await Promise.all([get(`/clusterings/${published.basedOn}/compare/${published.id}?limit=1`, signal), clusterLabels(signal, published.basedOn)]);
  const concerned = comparison.moves.filter(move => move.previous !== move.current && (move.previous === cluster.id || move.current === cluster.id));
  const route = `clusterings/${published.basedOn}/compare/${published.id}`;
  if (concerned.length === 0) return card(t('cluster.movers'), {}, h('p', { class: 'muted' }, t('cluster.moversNone')), link(route, t('flow.compare')));
  return card(t('cluster.movers'), { hint: t('cluster.moversText') }, table(t('cluster.movers'), [
    { key: 'movedFrom', text: true, value: move => labelOf(move.previous) }, { key: 'movedTo', text: true, value: move => labelOf(move.current) },
    { key: 'users', number: true, value: move => move.users, show: move => integer(move.users) },
  ], concerned, { page: 12 }), link(route, t('flow.compare')));
}
