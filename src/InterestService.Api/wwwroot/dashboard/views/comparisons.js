// Comparisons of encoders with algorithms, the latest first.
import { list } from '../lib/api.js';
import { t, dateTime } from '../lib/i18n.js';
import { table } from '../lib/table.js';
import { card, head, link, notice } from '../lib/widgets.js';
import { next, stateChip } from '../lib/labels.js';

export async function render({ signal }) {
  const all = await list('/comparisons', signal, 200);
  const title = head(t('nav.comparisons'), t('comparisons.text'), next('compare'));
  if (all.length === 0) return [title, notice(t('comparisons.none'), t('comparisons.noneText'), '', next('compare', 'load'))];
  return [title, card(t('comparisons.all'), {}, table(t('comparisons.all'), [
    { key: 'createdAt', value: row => row.createdAt, show: row => link(`comparisons/${row.id}`, dateTime(row.createdAt)) },
    { key: 'state', value: row => row.state, show: row => stateChip(row.state) },
    { key: 'winner', text: true, value: row => row.winner && `${row.winner.encoder} · ${row.winner.algorithm}` },
  ], all, { sortable: true }))];
}
