// The client of the public API: JSON in and out, problem documents as ApiError, Server-Sent Events with the key in a header.
import { getApiKey } from './preferences.js';

/** An answer that is not 2xx; `status` 0: the service cannot be reached. */
export class ApiError extends Error {
  constructor(status, problem, path) {
    super(problem?.title ?? `HTTP ${status}`);
    Object.assign(this, { status, path, detail: problem?.detail, errors: problem?.errors, traceId: problem?.traceId, body: problem });
  }
}

/** Sends a request; a body that is no Blob goes as JSON. Returns the response, or throws ApiError. */
export async function send(method, path, { body, headers = {}, signal } = {}) {
  const key = getApiKey();
  const isFile = body instanceof Blob;
  const request = {
    method, signal, body: body === undefined || isFile ? body : JSON.stringify(body),
    headers: { ...(body !== undefined && !isFile && { 'Content-Type': 'application/json' }), ...(key && { 'X-API-Key': key }), ...headers },
  };
  let response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, null, path);
  }
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => null), path);
  return response;
}

export async function call(method, path, options) {
  const text = await (await send(method, path, options)).text();
  return text === '' ? null : JSON.parse(text);
}

export const get = (path, signal) => call('GET', path, { signal });

/** Returns null where there is no such resource. */
export const getOrNull = (path, signal) => get(path, signal).catch(error => {
  if (error.status === 404) return null;
  throw error;
});

/** Reads the rows of an export. */
export const rows = async (path, signal) => (await (await send('GET', path, { signal, headers: { Accept: 'application/x-ndjson' } })).text())
  .split('\n').filter(Boolean).map(line => JSON.parse(line));

/** Reads a list page by page, up to a number of entries. */
export async function list(path, signal, most = 1000) {
  const items = [];
  let cursor = null;
  do {
    const query = new URLSearchParams({ limit: Math.min(1000, most - items.length), ...(cursor && { cursor }) });
    const page = await get(`${path}?${query}`, signal);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && items.length < most);
  return items;
}

export const segment = encodeURIComponent;

/** Reads Server-Sent Events as objects until the stream ends. EventSource cannot send the API key, hence fetch. */
export async function* events(path, signal) {
  const response = await send('GET', path, { signal, headers: { Accept: 'text/event-stream' } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    pending += value;
    const blocks = pending.split(/\r?\n\r?\n/);
    pending = blocks.pop();
    for (const block of blocks) {
      const data = block.split(/\r?\n/).filter(line => line.startsWith('data:')).map(line => line.slice(5).trimStart()).join('\n');
      if (data) yield JSON.parse(data);
    }
  }
}

/** Returns the clusterings, newest first, and the published one; null: none is published. */
export async function clusterings(signal, most = 50) {
  const all = await list('/clusterings', signal, most);
  let published = all.find(clustering => clustering.published) ?? null;
  if (!published && all.length === most) {
    const drift = await getOrNull('/drift', signal);
    if (drift) published = await getOrNull(`/clusterings/${segment(drift.clusteringId)}`, signal);
  }
  return { all, published };
}
