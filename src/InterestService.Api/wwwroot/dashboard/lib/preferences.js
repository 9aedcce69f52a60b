// What a person has chosen: language and theme stay with the browser, the API key with the tab. Private windows may refuse storage.
const read = (storage, name) => { try { return storage().getItem(name); } catch { return null; } };
const write = (storage, name, value) => {
  try { if (value) storage().setItem(name, value); else storage().removeItem(name); } catch { /* The choice then lasts as long as the page. */ }
};
const local = () => localStorage, session = () => sessionStorage;

let language = read(local, 'interest.language') ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
let theme = read(local, 'interest.theme');
let apiKey = read(session, 'interest.apiKey');

export const getLanguage = () => language;
export const setLanguage = value => write(local, 'interest.language', language = value);

const system = matchMedia('(prefers-color-scheme: dark)');
const themeListeners = new Set();

/** Returns `light` or `dark`: the person's choice or else the system's. */
export const getTheme = () => theme ?? (system.matches ? 'dark' : 'light');
export const setTheme = value => { write(local, 'interest.theme', theme = value); applyTheme(); };
export const onTheme = listener => themeListeners.add(listener);

export function applyTheme() {
  document.documentElement.dataset.theme = getTheme();
  for (const listener of themeListeners) listener();
}
system.addEventListener('change', applyTheme);

export const getApiKey = () => apiKey;
export const setApiKey = value => write(session, 'interest.apiKey', apiKey = value);
