// Which page is shown: the part of the address after `#`.

import {signal} from '@preact/signals';

export interface Route {
  page: string;
  id: string;
}

function read(): Route {
  const [page = '', id = ''] = location.hash.replace(/^#\/?/, '').split('/');
  return {page: page === '' ? 'queues' : page, id: decodeURIComponent(id)};
}

export const route = signal<Route>(read());
addEventListener('hashchange', () => (route.value = read()));

export const link = (page: string, id = ''): string => `#/${page}${id === '' ? '' : `/${encodeURIComponent(id)}`}`;
