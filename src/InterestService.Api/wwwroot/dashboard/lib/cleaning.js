// What cleaning removed and why.
import { define, integer, percent, t } from './i18n.js';
import { bar, card } from './widgets.js';
import { h } from './dom.js';
import { table } from './table.js';

export function cleaningCard(steps) {
  const all = steps[0].remainingEvents + steps[0].removedEvents;
  const last = steps.at(-1);
  return card(t('cleaning.title'), { hint: t('cleaning.text', { kept: integer(last.remainingEvents), all: integer(all), users: integer(last.remainingUsers) }) }, table(t('cleaning.title'), [
    { key: 'step', value: step => define(`clean.${step.step}`).label },
    { key: 'stepReason', sentence: true, value: step => define(`clean.${step.step}`).definition },
    { key: 'removedEvents', value: step => step.removedEvents, show: step => bar(all > 0 ? step.removedEvents / all : 0, integer(step.removedEvents)) },
    { key: 'removedUsers', number: true, value: step => step.removedUsers, show: step => integer(step.removedUsers) },
    { key: 'remainingEvents', number: true, value: step => step.remainingEvents, show: step => `${integer(step.remainingEvents)} (${percent(step.remainingEvents / all, 0)})` },
  ], steps), robots(steps));
}

function robots(steps) {
  const rates = steps.find(step => step.rates)?.rates;
  return rates ? h('p', { class: 'muted small' }, t('cleaning.robots', { median: integer(rates.median), limit: integer(rates.limit) })) : null;
}

/** The share of each source of events in the weights of a clustering. */
export const sourcesCard = sources => card(t('sources.title'), { size: 'half', hint: t('sources.text') }, table(t('sources.title'), [
  { key: 'eventSource', value: row => row.source ?? t('sources.none') },
  { key: 'countedEvents', number: true, value: row => row.events, show: row => integer(row.events) },
  { key: 'weightShare', number: true, value: row => row.share, show: row => percent(row.share) },
], sources));
