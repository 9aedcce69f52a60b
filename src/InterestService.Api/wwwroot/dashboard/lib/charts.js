// Charts by Apache ECharts, loaded when the first one is shown. Every chart has a table of the same numbers and can be saved as PNG and CSV.
import { h, newId, download } from './dom.js';
import { t } from './i18n.js';
import { onTheme } from './preferences.js';
import { button } from './widgets.js';
import { table, saveCsv } from './table.js';

const library = '../vendor/echarts-6.1.0.esm.min.js';
const live = new Set();

/** The colours of the design system as they are now. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue(`--${name}`).trim();
  return {
    palette: [1, 2, 3, 4, 5, 6, 7, 8].map(i => of(`c${i}`)),
    ink: of('ink'), muted: of('muted'), line: of('line'), surface: of('surface'), raised: of('raised'), accent: of('accent'),
  };
}

/**
 * The frame of a picture: title, hint, the same numbers as a table, and what saves it as PNG and CSV.
 * @param {{columns: object[], rows: object[]}} data The numbers of the picture.
 * @param {() => string | undefined} png Returns the picture as an address.
 * @returns The figure, and the place of the picture in it.
 */
export function framed(title, { hint, data, png, label = title, tools = [] }) {
  const place = h('div', { class: 'canvas', role: 'img', 'aria-busy': 'true', 'aria-label': `${label}. ${t('chart.table')}` });
  const id = newId();
  const rows = h('div', { hidden: true, id: `${id}-rows` });
  const toggle = h('button', {
    type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': `${id}-rows`,
    onclick: () => {
      if (!rows.firstChild) rows.append(table(title, data.columns, data.rows));
      rows.hidden = !rows.hidden;
      toggle.setAttribute('aria-expanded', String(!rows.hidden));
    },
  }, t('chart.asTable'));
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase();
  const figure = h('figure', { 'aria-labelledby': id },
    h('figcaption', null, h('h2', { id }, title),
      h('span', { class: 'chart-tools' }, tools, toggle, button('PNG', () => download(`${name}.png`, png()), 'quiet'), button('CSV', () => saveCsv(name, data.columns, data.rows), 'quiet')),
      hint && h('span', { class: 'hint' }, hint)),
    place, rows);
  return { figure, place };
}

/** Draws a picture again when the theme changes, and removes it with its view. */
export const keepDrawn = picture => live.add(picture);

/**
 * A chart with its title and tools.
 * @param {(c: object, narrow: boolean, width: number, height: number) => object} option Makes the options of ECharts from the colours, for a place of this size, narrow or wide; `height` may be a function of narrow.
 */
export function chart(title, { hint, height = 300, option, data, onclick, label }) {
  const { figure, place: canvas } = framed(title, { hint, data, label, png: () => entry.chart?.getDataURL({ pixelRatio: 2, backgroundColor: colours().surface }) });
  const heightOf = typeof height === 'function' ? height : () => height;
  canvas.style.height = `${heightOf(false)}px`;
  const entry = {
    canvas, option, onclick, heightOf, chart: null, width: 0,
    draw() { if (entry.chart) draw(entry); },
    remove() { entry.observer.disconnect(); entry.chart?.dispose(); },
  };
  keepDrawn(entry);
  // Draws when the chart has got its place in the page, and again when that becomes narrow or wide.
  entry.observer = new ResizeObserver(() => {
    const { clientWidth: width } = canvas;
    if (width === 0) return;
    if (!entry.chart || isNarrow(width) !== isNarrow(entry.width)) draw(entry);
    else entry.chart.resize();
    entry.width = width;
  });
  entry.observer.observe(canvas);
  figure.redraw = entry.draw;
  return figure;
}

const isNarrow = width => width < 430;

async function draw(entry) {
  const echarts = await import(library);
  if (!live.has(entry) || entry.canvas.clientWidth === 0) return;
  if (!entry.chart) {
    entry.chart = echarts.init(entry.canvas, null, { renderer: 'canvas' });
    entry.chart.on('rendered', () => entry.canvas.removeAttribute('aria-busy'));
    if (entry.onclick) entry.chart.on('click', entry.onclick);
  }
  const c = colours(), narrow = isNarrow(entry.canvas.clientWidth);
  entry.canvas.style.height = `${entry.heightOf(narrow)}px`;
  entry.chart.resize();
  entry.chart.setOption({ ...base(c), ...entry.option(c, narrow, entry.canvas.clientWidth, entry.heightOf(narrow)) }, true);
}

const base = c => ({
  color: c.palette, backgroundColor: 'transparent', animation: !matchMedia('(prefers-reduced-motion: reduce)').matches, animationDuration: 300,
  textStyle: { color: c.ink, fontFamily: getComputedStyle(document.body).fontFamily }, grid: plot(), tooltip: tip(c),
});

/** Margins of a plot; labels of the axes lie within. */
export const plot = (more = {}) => ({ left: 8, right: 20, top: 28, bottom: 8, containLabel: true, ...more });

/** A hint of text alone: styles within markup would break the page's security policy. */
export const tip = (c, more = {}) => ({
  renderMode: 'richText', confine: true, backgroundColor: c.surface, borderColor: c.line, textStyle: { color: c.ink, fontSize: 13 }, ...more,
});

export const axis = (c, more = {}) => ({
  axisLine: { lineStyle: { color: c.line } }, axisTick: { show: false }, splitLine: { lineStyle: { color: c.line, opacity: .6 } },
  nameTextStyle: { color: c.muted }, ...more, axisLabel: { color: c.muted, hideOverlap: true, ...more.axisLabel },
});

/** The width of the labels of a category axis at the left. */
export const labelWidth = narrow => (narrow ? 120 : 210);

/** The signs of East Asia are wide, and so are those of Arabic one by one, as charts measure them. */
const isWide = sign => sign > '\u2e80' || (sign > '\u05ff' && sign < '\u0900');

/** How many lines a label takes. */
export const linesOf = (label, width) => Math.ceil([...label].reduce((sum, sign) => sum + (isWide(sign) ? 13 : 7.2), 0) / (width - 14));

/** The height of rows that have room for the longest of their labels, by narrow. */
export const rowsHeight = (labels, around, least = 30) => narrow =>
  around + labels.length * Math.max(least, 15 * Math.max(1, ...labels.map(label => linesOf(label, labelWidth(narrow)))) + 8);

/** A category axis at the left whose labels are broken into lines. */
export const labelAxis = (c, narrow, labels) => axis(c, {
  type: 'category', inverse: true, data: labels,
  axisLabel: { color: c.ink, width: labelWidth(narrow), overflow: 'break', hideOverlap: false, interval: 0, lineHeight: 15 },
});

/** Options of horizontal bars: `[label, value]`, the first on top. */
export const bars = (c, narrow, entries, { format, tick = format, from = 0, colour = () => c.palette[0], mark, name } = {}) => ({
  grid: plot({ top: 6, right: 64, bottom: name ? 26 : 8 }),
  tooltip: tip(c, { trigger: 'item', formatter: item => `${entries[item.dataIndex][0]}\n${format(entries[item.dataIndex][1])}` }),
  xAxis: axis(c, { type: 'value', min: from, name, nameLocation: 'middle', nameGap: 26, axisLabel: { formatter: value => tick(value) }, splitNumber: narrow ? 2 : 4 }),
  yAxis: labelAxis(c, narrow, entries.map(([label]) => label)),
  series: [{
    type: 'bar', barMaxWidth: 18, data: entries.map(([label, value], i) => ({ value, itemStyle: { color: colour(value, i), borderRadius: 3 } })),
    label: { show: true, position: 'right', color: c.ink, formatter: item => format(entries[item.dataIndex][1]) },
    ...(mark !== undefined && { markLine: { silent: true, symbol: 'none', data: [{ xAxis: mark }], label: { show: false }, lineStyle: { color: c.muted, type: 'dashed' } } }),
  }],
});

/** Returns what removes the charts that are shown now, to be called when the next view is in their place. */
export function leaveCharts() {
  const old = [...live];
  return () => {
    for (const picture of old) {
      picture.remove();
      live.delete(picture);
    }
  };
}

onTheme(() => { for (const picture of live) picture.draw(); });
