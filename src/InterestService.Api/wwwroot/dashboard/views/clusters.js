// All clusters of the published clustering, to be sorted.
import { list } from '../lib/api.js';
import { h } from '../lib/dom.js';
import { t, decimal, integer, percent } from '../lib/i18n.js';
import { axis, chart, plot, tip } from '../lib/charts.js';
import { table } from '../lib/table.js';
import { bar, card, grid, head, link } from '../lib/widgets.js';
import { nothingPublished, summary, trendText } from '../lib/labels.js';

export async function render({ signal }) {
  const clusters = await list('/clusters', signal);
  const title = head(t('nav.clusters'), t('clusters.text'));
  if (clusters.length === 0) return [title, nothingPublished()];
  const most = Math.max(...clusters.map(cluster => cluster.share));
  const columns = [
    { key: 'clusterId', number: true, value: cluster => cluster.id },
    { key: 'cluster', text: true, value: cluster => cluster.label, show: cluster => link(`clusters/${cluster.id}`, cluster.label) },
    { key: 'users', number: true, value: cluster => cluster.users, show: cluster => integer(cluster.users) },
    { key: 'share', value: cluster => cluster.share, show: cluster => bar(cluster.share / most, percent(cluster.share)) },
    { key: 'cohesion', number: true, value: cluster => cluster.cohesion, show: cluster => decimal(cluster.cohesion, 2) },
    { key: 'trend', value: cluster => cluster.trend.usersChange, show: cluster => trendText(cluster.trend) },
    ...['topCategories', 'topTerms'].filter(key => clusters.some(cluster => cluster[key].length > 0)).map(key => ({ key, text: true, value: cluster => summary(cluster[key]) })),
  ];
  return [title, grid(
    card(clusters.length > 1 ? t('clusters.all', { n: integer(clusters.length) }) : t('nav.clusters'), {}, table(t('nav.clusters'), columns, clusters, { sortable: true })),
    clusters.length > 1 && h('section', { class: 'card' }, sizeAndCohesion(clusters, columns)))];
}

const sizeAndCohesion = (clusters, columns) => chart(t('clusters.scatter'), {
  hint: t('clusters.scatterText'), height: 360, data: { columns, rows: clusters }, onclick: item => { location.hash = `#/clusters/${clusters[item.dataIndex].id}`; },
  option: c => ({
    grid: plot({ top: 30, right: 36, bottom: 30 }),
    tooltip: tip(c, { formatter: item => `${clusters[item.dataIndex].label}\n${t('unit.users', { n: integer(item.value[0]) })} · ${decimal(item.value[1], 2)}` }),
    xAxis: axis(c, { type: 'value', name: t('axis.users'), nameLocation: 'middle', nameGap: 28, scale: true, axisLabel: { formatter: integer } }),
    yAxis: axis(c, { type: 'value', name: t('axis.cohesion'), nameTextStyle: { align: 'left', color: c.muted }, scale: true, boundaryGap: [0, '14%'], axisLabel: { formatter: value => decimal(value, 2) } }),
    series: [{
      type: 'scatter', symbolSize: 24, itemStyle: { borderColor: c.surface, borderWidth: 1.5 }, data: clusters.map(cluster => [cluster.users, cluster.cohesion]),
      label: { show: true, position: 'inside', color: c.surface, fontSize: 11, fontWeight: 600, formatter: item => String(clusters[item.dataIndex].id) },
    }],
  }),
});
