// The tables of a clustering as files. A link cannot send the API key or Accept, hence fetch.
import { send } from './api.js';
import { download, h } from './dom.js';
import { t } from './i18n.js';
import { action, card, field, select } from './widgets.js';

const formats = [['text/csv', 'CSV'], ['application/vnd.apache.parquet', 'Parquet'], ['application/vnd.apache.arrow.stream', 'Arrow'], ['application/x-ndjson', 'NDJSON']];

export function exportsCard(path, signal) {
  const told = h('div');
  const table = select(['assignments', 'clusters', 'interests'].map(name => [name, t(`exports.${name}`)]));
  const format = select(formats);
  const save = action(t('exports.save'), told, async () => {
    const response = await send('GET', `${path}/${table.value}`, { signal, headers: { Accept: format.value } });
    const [, name] = response.headers.get('Content-Disposition').match(/filename="([^"]+)"/);
    download(name, URL.createObjectURL(await response.blob()));
  });
  return card(t('exports.title'), { size: 'half', hint: t('exports.text') }, h('div', { class: 'row' }, field(t('exports.table'), table), field(t('exports.format'), format), save), told);
}
