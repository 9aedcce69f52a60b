// The API's own description, from which forms are made.
import { get } from './api.js';

let document = null;

/** Returns the properties of a schema: name, kind (`text`, `number`, `integer`, `boolean`, `time`, `choice`, `count`, `list`, `object`), help, bounds. */
export async function properties(name, signal) {
  document ??= await get('/swagger/v1/swagger.json', signal);
  const schema = document.components.schemas[name];
  return Object.entries(schema.properties).map(([key, raw]) => describe(key, raw));
}

const resolve = raw => (raw.$ref ? { ...document.components.schemas[raw.$ref.split('/').pop()], ...(raw.description && { description: raw.description }) } : raw);
const alternatives = raw => {
  const schema = resolve(raw);
  return [schema, ...(schema.oneOf ?? schema.anyOf ?? schema.allOf ?? []).flatMap(alternatives)];
};
const typesOf = schema => [schema.type].flat().filter(type => type && type !== 'null');

function describe(key, raw) {
  const parts = alternatives(raw);
  const schema = Object.assign({}, ...parts.filter(part => typesOf(part).length > 0 || part.enum || part.properties));
  const help = (raw.description ?? schema.description ?? '').replaceAll('`', '').replace(/\s+/g, ' ');
  const types = parts.flatMap(typesOf);
  const choices = (schema.enum ?? []).filter(value => value !== null);
  const bounds = Object.assign({}, ...parts.map(({ minimum, maximum }) => ({ ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) })));
  const kind = types.includes('integer') && types.includes('string') ? 'count'
    : choices.length > 0 ? 'choice'
    : types[0] === 'array' ? 'list'
    : types[0] === 'object' ? 'object'
    : schema.format === 'date-time' ? 'time'
    : types[0] === 'string' ? 'text' : types[0] ?? 'text';
  return { key, kind, help, choices, ...bounds };
}
