// Words for the states of the API that several views show.
import { h } from './dom.js';
import { t, percent, signed } from './i18n.js';
import { chip, link } from './widgets.js';
import { list } from './api.js';

const stateKinds = { queued: 'info', running: 'info', succeeded: 'good', failed: 'bad', canceled: 'warn' };
export const stateChip = state => chip(t(`state.${state}`), stateKinds[state]);
export const isOver = job => job.state !== 'queued' && job.state !== 'running';

const arrows = { new: '✳', growing: '↗', shrinking: '↘', steady: '→' };

/** The trend of a cluster as a sign, a word and the change of its users. */
export const trendText = trend => h('span', { class: 'keep' }, h('span', { 'aria-hidden': 'true' }, `${arrows[trend.direction]} `), t(`trend.${trend.direction}`),
  trend.usersChange ? ` ${signed(trend.usersChange)}` : '');

/** Returns a function from the id of a cluster to its label now; older ids are named by their number. */
export async function clusterLabels(signal) {
  const labels = new Map((await list('/clusters', signal)).map(cluster => [cluster.id, cluster.label]));
  return id => (id === null || id === undefined ? t('cluster.nowhere') : labels.get(id) ?? t('cluster.number', { id }));
}

/** The categories or terms that tell a cluster best, in one line. */
export const summary = (shares, most = 3) => shares.slice(0, most).map(share => share.name).join(' · ');

export const userLink = id => link(`users/${encodeURIComponent(id)}`, id);
export const titleOf = item => item.title ?? item.itemId;
export const confidence = value => percent(value, 0);
