// Words for the states of the API that several views show.
import { h } from './dom.js';
import { t, percent, signed } from './i18n.js';
import { chip, link, notice } from './widgets.js';
import { list, rows, segment } from './api.js';

const stateKinds = { queued: 'info', running: 'info', succeeded: 'good', failed: 'bad', canceled: 'warn' };
export const stateChip = state => chip(t(`state.${state}`), stateKinds[state]);
export const isOver = job => job.state !== 'queued' && job.state !== 'running';

const arrows = { new: '✳', growing: '↗', shrinking: '↘', steady: '→' };

/** The trend of a cluster as a sign, a word and the change of its users. */
export const trendText = trend => h('span', { class: 'words' }, h('span', { class: 'keep' }, h('span', { 'aria-hidden': 'true' }, `${arrows[trend.direction]} `), t(`trend.${trend.direction}`)),
  trend.usersChange ? [' ', h('span', { class: 'keep' }, signed(trend.usersChange))] : null);

/** Returns a function from the id of a cluster to its label, of the published clustering or of others; ids of none of them are named by their number. */
export async function clusterLabels(signal, ...others) {
  const [published, ...exported] = await Promise.all([list('/clusters', signal), ...others.map(id => rows(`/clusterings/${segment(id)}/clusters`, signal))]);
  const labels = new Map([...exported.flat().map(cluster => [cluster.clusterId, cluster.label]), ...published.map(cluster => [cluster.id, cluster.label])]);
  return id => (id === null || id === undefined ? t('cluster.nowhere') : labels.get(id) ?? t('cluster.number', { id }));
}

const steps = {
  load: ['data', 'overview.load'], start: ['clusterings/new', 'start.title'], compare: ['comparisons/new', 'start.comparison'], clusterings: ['clusterings', 'nav.clusterings'],
};

/** Links to what can be done next, the likeliest first. */
export const next = (...names) => names.map((name, i) => h('a', { class: i === 0 ? 'button primary' : 'button', href: `#/${steps[name][0]}` }, t(steps[name][1])));

/** What to do where there is nothing to show, because no clustering is published. */
export const nothingPublished = () => notice(t('nothing.published'), t('nothing.publishedText'), '', next('load', 'start', 'clusterings'));

/** The categories or terms that tell a cluster best, in one line. */
export const summary = (shares, most = 3) => shares.slice(0, most).map(share => share.name).join(' · ');

export const userLink = id => link(`users/${encodeURIComponent(id)}`, id);
export const titleOf = item => item.title ?? item.itemId;
export const confidence = value => percent(value, 0);
