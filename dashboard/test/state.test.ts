import {expect, test, vi} from 'vitest';
import type {ToWorker} from '../src/data/watch.worker';

const sent: ToWorker[] = [];
vi.stubGlobal(
  'Worker',
  class {
    postMessage(message: ToWorker): void {
      sent.push(message);
    }
  },
);

test('The stream tells the time line of the contact whose page is shown, whichever page was before', async () => {
  const {connect} = await import('../src/state');
  const {route} = await import('../src/route');
  connect();
  connect(); // with another token: the same worker, which still follows
  for (const id of ['c1', 'c2']) route.value = {page: 'contact', id};
  route.value = {page: 'queue', id: 'sales'};
  expect(sent.filter((m) => m.type === 'start').length).toBe(2);
  expect(sent.flatMap((m) => (m.type === 'follow' ? [m.contact] : []))).toEqual(['', 'c1', 'c2', '']);
});
