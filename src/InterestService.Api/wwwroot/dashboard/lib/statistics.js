// The stored events over time, by type and by source.
import { get } from './api.js';
import { h } from './dom.js';
import { t, compact, dateTime, integer, intervalStart, percent } from './i18n.js';
import { axis, chart, plot, tip } from './charts.js';
import { card, grid, notice, select, tiles, windowForm, windowOf } from './widgets.js';

const day = 86400e3;
const lengths = { hour: day / 24, day, week: 7 * day, month: 28 * day };

export async function statisticsCards(query, signal) {
  const asked = windowOf(query);
  if (query.get('interval')) asked.set('interval', query.get('interval'));
  const statistics = await get(`/events/statistics?${asked}`, signal);
  const { total, first, last, countedShare, types, sources } = statistics;
  if (total === 0 && asked.size === 0) return card(t('statistics.title'), {}, notice(t('statistics.none'), t('statistics.noneText')));
  const interval = select(['', ...Object.keys(lengths)].map(name => [name, t(`interval.${name || 'auto'}`)]), query.get('interval') ?? '');
  return grid(
    card(t('statistics.title'), { hint: t('statistics.text') },
      windowForm('data', query, { from: t('statistics.from'), to: t('statistics.to'), interval: t('statistics.interval') }, { interval }),
      total === 0 ? notice(t('statistics.noneInWindow'), t('statistics.noneInWindowText'))
        : tiles(['storedEvents', integer(total)], ['firstEvent', dateTime(first)], ['lastEvent', dateTime(last)], countedShare < 1 && ['countedShare', percent(countedShare)])),
    total > 0 && [overTime(t('statistics.byType'), 'eventType', statistics, types), overTime(t('statistics.bySource'), 'eventSource', statistics, sources)]);
}

function overTime(title, key, { starts, interval }, series) {
  const names = series.map(({ name, others }) => name ?? (others > 0 ? t('statistics.others', { n: integer(others) }) : t('sources.none')));
  const rows = starts.flatMap((start, i) => series.map((one, j) => ({ start, name: names[j], events: one.events[i] })).filter(row => row.events > 0));
  const columns = [
    { key: 'intervalStart', value: row => row.start, show: row => intervalStart(row.start, interval) }, { key, text: true, value: row => row.name },
    { key: 'storedEvents', number: true, value: row => row.events, show: row => integer(row.events) },
  ];
  return h('section', { class: 'card half' }, chart(title, {
    hint: t('statistics.perInterval', { interval: t(`interval.${interval}`) }), height: 320, data: { columns, rows },
    option: (c, narrow) => ({
      useUTC: true, grid: plot({ top: 58 }),
      legend: { type: 'scroll', top: 0, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 12, textStyle: { color: c.ink }, pageTextStyle: { color: c.muted }, pageIconColor: c.accent, pageIconInactiveColor: c.line },
      tooltip: tip(c, { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: items => [intervalStart(items[0].value[0], interval), ...items.filter(item => item.value[1] > 0).map(item => `${item.seriesName}: ${integer(item.value[1])}`)].join('\n') }),
      xAxis: axis(c, { type: 'time', minInterval: lengths[interval], splitLine: { show: false }, splitNumber: narrow ? 2 : 4, axisLabel: { formatter: value => intervalStart(value, interval) } }),
      yAxis: axis(c, { type: 'value', name: t('axis.events'), nameTextStyle: { color: c.muted, align: 'left' }, axisLabel: { formatter: compact }, splitNumber: narrow ? 3 : 5 }),
      series: series.map((one, i) => ({
        name: names[i], type: 'bar', stack: key, barMaxWidth: 36, itemStyle: { color: one.others > 0 ? c.muted : c.palette[i] }, data: one.events.map((events, j) => [starts[j], events]),
      })),
    }),
  }));
}
