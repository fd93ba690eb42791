// The little of a browser that the modules under test touch when they are loaded.
const storage = () => {
  const values = new Map<string, string>();
  return {getItem: (k: string) => values.get(k) ?? null, setItem: (k: string, v: string) => void values.set(k, v)};
};
const define = (name: string, value: unknown) => Object.defineProperty(globalThis, name, {value, configurable: true});
define('localStorage', storage());
define('sessionStorage', storage());
define('location', {href: 'http://127.0.0.1/', search: '', hash: ''});
define('navigator', {language: 'en'});
define('addEventListener', () => {});
