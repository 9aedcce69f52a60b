// Texts in the chosen language, and numbers and dates as that language writes them.
import { getLanguage } from './preferences.js';
import en from '../i18n/en.js';
import zh from '../i18n/zh.js';

const dictionaries = { en, zh };
export const languages = { en: 'English', zh: '中文' };

/** Returns a text; `{name}` in it is replaced by the value of that name. */
export function t(key, values = {}) {
  const text = dictionaries[getLanguage()].texts[key] ?? en.texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => isolated(values[name] ?? ''));
}

/** A text that is written from right to left keeps its order within another one. */
const isolated = text => (/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(text) ? `\u2068${text}\u2069` : text);

/** Returns the label and the definition of a figure. */
export function define(key) {
  const [label, definition] = dictionaries[getLanguage()].terms[key] ?? en.terms[key] ?? [key, ''];
  return { label, definition };
}

const locale = () => (getLanguage() === 'zh' ? 'zh-CN' : 'en');
const isNumber = value => typeof value === 'number' && Number.isFinite(value);
const none = '–';

export const integer = value => (isNumber(value) ? new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 }).format(value) : none);
export const decimal = (value, digits = 3) => (isNumber(value)
  ? new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value) : none);
/** `least`: digits that are written even if they are 0, so that numbers of a column line up. */
export const percent = (value, digits = 1, least = digits) => (isNumber(value)
  ? new Intl.NumberFormat(locale(), { style: 'percent', minimumFractionDigits: least, maximumFractionDigits: digits }).format(value) : none);

/** A part of a whole, with as many digits as a small one needs; `of` is the largest part of a chart, which all of its parts are written like. */
export const part = (value, of = value) => (value > 0 && value < .00005 ? `<${percent(.0001, 2)}` : percent(value, of >= .1 || !of ? 0 : of >= .01 ? 1 : 2));
export const signed = (value, format = integer) => (isNumber(value) ? (value > 0 ? '+' : value < 0 ? '−' : '') + format(Math.abs(value)) : none);
export const compact = value => new Intl.NumberFormat(locale(), { notation: 'compact', maximumFractionDigits: 1 }).format(value);
export const seconds = value => {
  if (!isNumber(value)) return none;
  const [amount, unit] = value < 1 ? [value * 1000, 'millisecond'] : value < 120 ? [value, 'second'] : value < 7200 ? [value / 60, 'minute'] : [value / 3600, 'hour'];
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount);
};
export const megabytes = value => (isNumber(value)
  ? new Intl.NumberFormat(locale(), { style: 'unit', unit: 'megabyte', maximumFractionDigits: 0 }).format(value / 1048576) : none);
export const dateTime = value => (value ? new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value)) : none);
export const day = value => new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(new Date(value));
export const dayMonth = value => new Intl.DateTimeFormat(locale(), { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }).format(new Date(value));

const month = { year: 'numeric', month: 'short' }, date = { ...month, day: 'numeric' };
const startParts = { month, week: date, day: date, hour: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' } };
/** Returns the start of an hour, day, week or month in UTC. */
export const intervalStart = (value, interval) => new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', ...startParts[interval] }).format(new Date(value));

/** Returns the time since, as in "3 hours ago". */
export function ago(value) {
  if (!value) return none;
  const past = (new Date(value) - Date.now()) / 1000;
  const [unit, size] = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]].find(([, length]) => Math.abs(past) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(Math.round(past / size), unit);
}
