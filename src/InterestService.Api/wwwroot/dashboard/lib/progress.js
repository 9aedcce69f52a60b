// Follows a job until it ends: by Server-Sent Events where the service has them, otherwise by asking every second.
import { ApiError, events, get } from './api.js';
import { h } from './dom.js';
import { t, decimal, define, percent, seconds } from './i18n.js';
import { axis, chart, plot, tip } from './charts.js';
import { isOver, stateChip } from './labels.js';
import { notice } from './widgets.js';

const pause = (milliseconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', () => { clearTimeout(timer); reject(new DOMException('', 'AbortError')); }, { once: true });
});

/** Yields the states of a job; the last one is over. */
async function* follow(path, signal) {
  try {
    for await (const state of events(`${path}/progress`, signal)) {
      yield state;
      if (state.state && isOver(state)) return;
    }
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    if (error instanceof ApiError && ![0, 404, 405, 406].includes(error.status)) throw error;
  }
  for (;;) { // No events, or their connection was lost.
    const state = await get(path, signal);
    yield state;
    if (isOver(state)) return;
    await pause(1000, signal);
  }
}

const stages = ['load', 'clean', 'encode', 'cluster', 'evaluate', 'profile', 'project', 'assign', 'save'];

/** The progress of a job until it is over; the page is then shown again. `stepped`: the job has the stages of a clustering. */
export function followed(job, path, signal, again, stepped = true) {
  const view = progressView(job, stepped);
  view.update(job);
  (async () => {
    for await (const state of follow(path, signal)) view.update({ ...job, ...state });
    await again();
  })().catch(error => { if (error.name !== 'AbortError') view.element.append(notice(t('progress.lost'), t('progress.lostText'), 'bad')); });
  return view.element;
}

/** A bar with stage and time left, read out politely, and the curve of the loss. */
function progressView(job, stepped) {
  const state = h('span'), bar = h('progress', { max: 1, 'aria-label': t('progress.title') }), left = h('span', { class: 'muted' });
  const spoken = h('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  const steps = stepped ? h('ol', { class: 'steps', 'aria-label': t('progress.stages') }, stages.map(stage => h('li', { 'data-stage': stage }, t(`stage.${stage}`)))) : null;
  const losses = [];
  const begun = job.startedAt ? new Date(job.startedAt) : null;
  let said = '';
  const curve = h('div', { hidden: true });
  let figure = null;
  return {
    element: h('div', { class: 'card' }, h('div', { class: 'head' }, h('h2', null, t('progress.title')), h('div', { class: 'actions' }, state, left)), bar, steps, curve, spoken),
    update(next) {
      state.replaceChildren(stateChip(next.state ?? 'running'));
      bar.value = next.progress ?? 0;
      const start = next.startedAt ? new Date(next.startedAt) : begun;
      const remaining = next.secondsLeft ?? (start && next.progress > .03 ? (Date.now() - start) / 1000 * (1 - next.progress) / next.progress : null);
      left.textContent = `${percent(next.progress ?? 0, 0)}${remaining !== null ? ` · ${t('progress.left', { time: seconds(Math.round(remaining)) })}` : ''}`;
      const at = stages.indexOf(next.stage);
      for (const [i, step] of [...steps?.children ?? []].entries()) {
        step.classList.toggle('over', i < at);
        if (i === at) step.setAttribute('aria-current', 'step'); else step.removeAttribute('aria-current');
      }
      const words = at < 0 ? (next.stage ?? t('state.queued')) : t(`stage.${next.stage}`);
      if (words !== said) spoken.textContent = said = words;
      if (typeof next.loss === 'number' && next.stage === 'encode' && losses.at(-1)?.loss !== next.loss) {
        losses.push({ epoch: losses.length + 1, loss: next.loss });
        if (losses.length > 1) {
          curve.hidden = false;
          if (figure) figure.redraw(); else curve.append(figure = lossChart(losses));
        }
      }
    },
  };
}

/** The curve of the training: loss and, where it is known, recall after each epoch. */
export const lossChart = rows => chart(t('loss.title'), {
  hint: t('loss.text'), height: 240,
  data: { columns: [{ key: 'epoch', number: true, value: row => row.epoch }, { key: 'loss', number: true, value: row => row.loss }, { key: 'trainingRecall', number: true, value: row => row.recall }], rows },
  option: c => ({
    grid: plot({ top: 40, right: 30, bottom: 26 }), legend: { top: 0, left: 0, textStyle: { color: c.ink } }, tooltip: tip(c, { trigger: 'axis', valueFormatter: value => decimal(value) }),
    xAxis: axis(c, { type: 'category', data: rows.map(row => row.epoch), name: t('axis.epoch'), nameLocation: 'middle', nameGap: 26 }),
    yAxis: [axis(c, { type: 'value', scale: true, axisLabel: { formatter: value => decimal(value, 2) } }), axis(c, { type: 'value', scale: true, show: rows.some(row => row.recall), splitLine: { show: false }, axisLabel: { formatter: value => percent(value, 1, 0) } })],
    series: [
      { name: define('loss').label, type: 'line', showSymbol: rows.length < 30, data: rows.map(row => row.loss) },
      ...(rows.some(row => row.recall) ? [{ name: define('trainingRecall').label, type: 'line', yAxisIndex: 1, showSymbol: rows.length < 30, lineStyle: { type: 'dashed' }, data: rows.map(row => row.recall) }] : [])],
  }),
});
