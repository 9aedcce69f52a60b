// The way to a user: by id, or by one of the users who are typical of a cluster.
import { list } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { table } from '../lib/table.js';
import { card, field, head, link } from '../lib/widgets.js';
import { nothingPublished, userLink } from '../lib/labels.js';

export async function render({ signal }) {
  const clusters = await list('/clusters', signal, 100);
  return [head(t('nav.users'), t('users.text')), card(t('users.search'), {}, searchForm()),
    clusters.length === 0 ? nothingPublished()
      : card(t('users.typical'), { hint: t('cluster.medoidsText') }, table(t('users.typical'), [
        { key: 'cluster', text: true, value: cluster => cluster.label, show: cluster => link(`clusters/${cluster.id}`, cluster.label) },
        { key: 'medoids', text: true, value: cluster => cluster.medoids.join(' '), show: cluster => h('ul', { class: 'chips' }, cluster.medoids.slice(0, 5).map(user => h('li', { class: 'chip' }, userLink(user)))) },
      ], clusters))];
}

/** A field that leads to the user of an id. */
export function searchForm(value = '') {
  const input = h('input', { type: 'search', value, autocomplete: 'off', spellcheck: 'false', required: true });
  return h('form', { class: 'row', role: 'search', onsubmit: event => { event.preventDefault(); if (input.value.trim()) location.hash = `#/users/${encodeURIComponent(input.value.trim())}`; } },
    field(t('users.id'), input), h('button', { class: 'primary' }, t('users.open')));
}
