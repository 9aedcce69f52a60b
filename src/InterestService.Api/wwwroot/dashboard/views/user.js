// One user: interests, clusters and why, what changed, who is alike, what to recommend.
import { get, getOrNull, list, segment } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, dateTime, day, dayMonth, decimal, integer, part as portion, percent, signed } from '../lib/i18n.js';
import { axis, bars, chart, plot, rowsHeight, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { bar, card, chip, failure, grid, head, link, notice, part, tiles, when } from '../lib/widgets.js';
import { titleOf, userLink } from '../lib/labels.js';
import { searchForm } from './users.js';

export async function render({ id, signal }) {
  const path = `/users/${segment(id)}`;
  const [cluster, interests] = await Promise.all([getOrNull(`${path}/cluster`, signal), getOrNull(`${path}/interests?limit=1000`, signal).catch(error => error)]);
  if (interests instanceof Error && (!cluster || interests.name === 'AbortError')) throw interests;
  const title = head(id, t('user.text'), searchForm(id));
  if (!cluster && !interests) return [title, notice(t('user.unknown'), t('user.unknownText'), '', link('users', t('nav.users')), link('data', t('nav.data')))];
  return [title,
    cluster && tiles(['cluster', link(`clusters/${cluster.clusterId}`, cluster.label)], ['confidence', percent(cluster.confidence, 0)],
      ['distance', decimal(cluster.distance, 2)], ['source', t(`source.${cluster.source}`), cluster.noise ? t('noise') : null], ['assignedAt', when(cluster.assignedAt), dateTime(cluster.assignedAt)]),
    !cluster && notice(t('user.noCluster'), t('user.noClusterText')),
    grid(
      interests instanceof Error ? h('div', { class: 'wide' }, failure(interests)) : interests && interestChart(interests.interests), cluster && memberships(cluster),
      interests && !(interests instanceof Error) && interestTable(interests.interests),
      cluster && part(t('user.why'), () => explanation(path, signal)),
      cluster && part(t('user.recommendations'), () => recommendations(path, signal)), cluster && part(t('user.history'), () => history(path, signal)), cluster && part(t('user.similar'), () => similar(path, signal))),
  ];
}

const nameOf = interest => interest.title ?? interest.name;

const interestColumns = [
  { key: 'interest', text: true, value: nameOf },
  { key: 'dimension', value: interest => interest.dimension, show: interest => t(`dimension.${interest.dimension}`) },
  { key: 'intensity', value: interest => interest.intensity, show: interest => bar(interest.intensity, portion(interest.intensity)) },
  { key: 'sentiment', value: interest => interest.sentiment, show: interest => sentiment(interest.sentiment) },
  { key: 'userLift', number: true, value: interest => interest.lift, show: interest => (typeof interest.lift === 'number' ? `${decimal(interest.lift, 1)}×` : '–') },
  { key: 'userEvents', number: true, value: interest => interest.events, show: interest => integer(interest.events) },
  { key: 'lastSeen', value: interest => interest.lastSeen, show: interest => dateTime(interest.lastSeen) },
];

const sentiment = value => bar(Math.abs(value) / 2, signed(value, part => decimal(part, 2)), { from: value < 0 ? .5 + value / 2 : .5, negative: value < 0 });

function interestChart(interests) {
  const rows = [...interests].filter(interest => interest.dimension !== 'item').sort((a, b) => b.intensity - a.intensity).slice(0, 12);
  if (rows.length === 0) return null;
  return h('section', { class: 'card wide' }, chart(t('user.interests'), {
    hint: t('user.interestsText'), height: rowsHeight(rows.map(nameOf), 64), data: { columns: interestColumns, rows },
    option: (c, narrow) => ({
      ...bars(c, narrow, rows.map(row => [nameOf(row), row.intensity]), {
        format: value => portion(value, rows[0].intensity), tick: value => (rows[0].intensity < .0001 ? '' : portion(value, rows[0].intensity)), name: t('axis.intensity'),
        colour: (_, i) => (rows[i].sentiment > .05 ? c.palette[2] : rows[i].sentiment < -.05 ? c.palette[5] : c.palette[0]),
      }),
      tooltip: tip(c, { formatter: item => `${nameOf(rows[item.dataIndex])}\n${portion(rows[item.dataIndex].intensity)} · ${signed(rows[item.dataIndex].sentiment, value => decimal(value, 2))}` }),
    }),
  }));
}

const memberships = cluster => card(t('user.memberships'), { size: 'third', hint: t('user.membershipsText') }, table(t('user.memberships'), [
  { key: 'cluster', text: true, value: row => row.label, show: row => link(`clusters/${row.clusterId}`, row.label) },
  { key: 'probability', value: row => row.probability, show: row => bar(row.probability, percent(row.probability, 0)) },
], cluster.memberships));

const interestTable = interests => card(t('user.all', { n: integer(interests.length) }), { hint: t('user.allText') },
  interests.length === 0 ? h('p', { class: 'muted' }, t('user.noInterests')) : table(t('user.interests'), interestColumns, interests, { sortable: true, page: 10 }));

async function explanation(path, signal) {
  const found = await getOrNull(`${path}/explanation`, signal);
  if (!found) return card(t('user.why'), {}, h('p', { class: 'muted' }, t('user.whyNone')));
  return grid(
    card(t('user.why'), { size: 'half', hint: t('user.whyText', { label: found.label, probability: percent(found.probability, 0) }) }, table(t('user.why'), [
      { key: 'item', text: true, value: titleOf },
      { key: 'evidenceShare', value: item => item.share, show: item => bar(item.share, percent(item.share, 0)) },
      { key: 'probabilityWithout', number: true, value: item => item.probabilityWithout, show: item => percent(item.probabilityWithout, 0) },
      { key: 'userEvents', number: true, value: item => item.eventCount },
    ], found.items, { page: 8, sortable: true }),
    found.categories.length > 0 && h('ul', { class: 'chips' }, found.categories.slice(0, 8).map(category => h('li', { class: 'chip' }, `${category.name} ${percent(category.share, 0)}`)))),
    timeline(found.items));
}

function timeline(items) {
  const rows = items.flatMap(item => item.events.map(event => ({ ...event, title: titleOf(item) }))).sort((a, b) => a.timestamp.localeCompare(b.timestamp));
  if (rows.length === 0) return null;
  const types = [...new Set(rows.map(row => row.eventType))];
  return h('section', { class: 'card half' }, chart(t('user.timeline'), {
    hint: t('user.timelineText'), height: 130 + 34 * Math.min(8, types.length),
    data: { columns: [{ key: 'time', value: row => row.timestamp, show: row => dateTime(row.timestamp) }, { key: 'eventType', value: row => row.eventType }, { key: 'item', text: true, value: row => row.title }], rows },
    option: (c, narrow) => ({
      grid: plot({ top: 12, right: 24 }), tooltip: tip(c, { formatter: item => `${dateTime(item.value[0])}\n${item.value[1]} · ${item.value[2]}` }),
      xAxis: axis(c, { type: 'time', boundaryGap: ['4%', '4%'], splitNumber: narrow ? 2 : 4, minInterval: 60000, axisLabel: { showMinLabel: true, alignMinLabel: 'left', formatter: span(rows) > 3 * 86400e3 ? day : dayMonth } }), yAxis: axis(c, { type: 'category', data: types, axisLabel: { color: c.ink, interval: 0, hideOverlap: false, width: 110, overflow: 'break' } }),
      series: [{ type: 'scatter', symbolSize: 10, itemStyle: { opacity: .65 }, data: rows.map(row => [row.timestamp, row.eventType, row.title]) }],
    }),
  }));
}

const span = rows => new Date(rows.at(-1).timestamp) - new Date(rows[0].timestamp);

async function recommendations(path, signal) {
  const found = await getOrNull(`${path}/recommendations?limit=10`, signal);
  if (!found || found.items.length === 0) return card(t('user.recommendations'), {}, h('p', { class: 'muted' }, t('user.noRecommendations')));
  return card(t('user.recommendations'), { hint: t('user.recommendationsText') }, found.isControl && h('p', null, chip(t('user.control'), 'info')), table(t('user.recommendations'), [
    { key: 'item', text: true, value: titleOf },
    { key: 'because', sentence: true, value: item => item.because },
    { key: 'recommendedBy', value: item => item.source, show: item => t(`recommendedBy.${item.source}`) },
    { key: 'score', value: item => item.score, show: item => bar(item.score, decimal(item.score, 2)) },
  ], found.items));
}

async function history(path, signal) {
  const rows = await list(`${path}/cluster-history`, signal, 200);
  if (rows.length === 0) return null;
  return card(t('user.history'), { hint: t('user.historyText') }, table(t('user.history'), [
    { key: 'publishedAt', value: row => row.publishedAt, show: row => link(`clusterings/${row.clusteringId}`, dateTime(row.publishedAt)) },
    { key: 'cluster', text: true, value: row => row.label, show: row => [link(`clusters/${row.clusterId}`, row.label), row.published ? [' ', chip(t('published'), 'good')] : null].flat(2) },
    { key: 'confidence', value: row => row.confidence, show: row => bar(row.confidence, percent(row.confidence, 0)) },
  ], rows, { page: 10 }));
}

async function similar(path, signal) {
  const users = await get(`${path}/similar?limit=10`, signal);
  return card(t('user.similar'), { hint: t('user.similarText') }, table(t('user.similar'), [
    { key: 'user', text: true, value: user => user.userId, show: user => userLink(user.userId) },
    { key: 'similarity', value: user => user.similarity, show: user => bar(user.similarity, decimal(user.similarity, 2)) },
  ], users));
}
