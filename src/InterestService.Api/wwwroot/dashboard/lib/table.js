// Tables: a caption, defined columns, sorting by the head of a column, and the same rows as CSV.
import { h, download } from './dom.js';
import { t, define } from './i18n.js';
import { explained, term } from './definitions.js';
import { button } from './widgets.js';

/**
 * Columns: `key` (label and definition), `value(row)` (what is sorted and exported), `show(row)` (what is seen; default the value),
 * `number` (right-aligned), `text` (broken into lines), `sentence` (the same, with room for more words in a line).
 */
export function table(caption, columns, rows, { sortable = false, page = 50 } = {}) {
  let order = null, visible = page;
  const body = h('tbody');
  const more = button(t('more'), () => { visible += page * 4; fill(); }, 'quiet');
  const heads = columns.map(column => h('th', { scope: 'col', class: column.number ? 'number' : null },
    sortable ? sorter(column) : term(column.key)));

  function sorter(column) {
    const { label, definition } = define(column.key);
    const press = h('button', { type: 'button', onclick: () => sort(column) }, label, definition && h('span', { class: 'visually-hidden' }, `: ${definition}`));
    return definition ? explained(press, definition) : press;
  }

  function sort(column) {
    order = { column, descending: order?.column === column ? !order.descending : Boolean(column.number) };
    for (const head of heads) head.removeAttribute('aria-sort');
    heads[columns.indexOf(column)].setAttribute('aria-sort', order.descending ? 'descending' : 'ascending');
    fill();
  }

  function fill() {
    const sorted = order ? [...rows].sort((a, b) => compare(order.column.value(a), order.column.value(b), order.descending)) : rows;
    body.replaceChildren(...sorted.slice(0, visible).map(row => h('tr', null, columns.map(column =>
      h('td', { class: column.number ? 'number' : column.sentence ? 'text sentence' : column.text ? 'text' : null }, cell(column, row))))));
    more.hidden = visible >= rows.length;
  }

  fill();
  return h('div', null,
    h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption }, h('table', null, h('caption', { class: 'visually-hidden' }, caption), h('thead', null, h('tr', null, heads)), body)),
    more);
}

const cell = (column, row) => {
  const shown = column.show ? column.show(row) : column.value(row);
  if (shown === null || shown === undefined || shown === '') return '–';
  return (column.text || column.sentence) && typeof shown === 'string' ? h('bdi', null, shown) : shown;
};

/** Values that are not there come last in either direction. */
function compare(a, b, descending) {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  const result = typeof a === 'number' ? a - b : String(a).localeCompare(String(b));
  return descending ? -result : result;
}

/** Saves rows as CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe. */
export function saveCsv(name, columns, rows) {
  const quote = value => {
    const text = value === null || value === undefined ? '' : typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map(column => quote(define(column.key).label)), ...rows.map(row => columns.map(column => quote(column.value(row))))];
  download(`${name}.csv`, URL.createObjectURL(new Blob(['\ufeff', lines.map(line => line.join(',')).join('\r\n'), '\r\n'], { type: 'text/csv' })));
}
