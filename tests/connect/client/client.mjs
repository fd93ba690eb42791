// node client.mjs web|node URL TOKEN: what a page does, by the official clients, against a router that asks for
// tokens. Prints one line for each thing shown; fails at the first that is not so.
import assert from 'node:assert/strict';
import {Code, ConnectError, createClient} from '@connectrpc/connect';
import * as node from '@connectrpc/connect-node';
import * as web from '@connectrpc/connect-web';
import {GatewayService} from './gen/cordboard/v1/gateway_service_pb.js';
import {ConfigService} from './gen/cordboard/v1/config_service_pb.js';
import {SupervisorService} from './gen/cordboard/v1/supervisor_service_pb.js';
import {RejectionDetailSchema, RejectionDetail_Reason} from './gen/cordboard/v1/error_pb.js';

const [kind, baseUrl, token] = process.argv.slice(2);

// Node's fetch and browsers' are alike; `web` is the transport of a page.
function transport(bearer) {
  const authorize = (next) => (request) => {
    if (bearer) request.header.set('authorization', `Bearer ${bearer}`);
    return next(request);
  };
  const options = {baseUrl, useBinaryFormat: true, interceptors: [authorize]};
  return kind === 'web'
    ? web.createConnectTransport(options)
    : node.createConnectTransport({...options, httpVersion: '1.1'});
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ConnectError, String(error));
    return error;
  }
  return assert.fail('it did not fail');
}

const supervisor = createClient(SupervisorService, transport(token));
const gateway = createClient(GatewayService, transport(token));
const config = createClient(ConfigService, transport(token));

const status = await supervisor.getStatus({});
assert.equal(status.tenant, 'default');
assert.match((await config.get({})).yaml, /name: sales/);
console.log('unary');

const refused = await failure(gateway.submitContact({contactId: 'c1', queue: 'nowhere'}));
assert.equal(refused.code, Code.NotFound);
const [detail] = refused.findDetails(RejectionDetailSchema);
assert.equal(detail.reason, RejectionDetail_Reason.UNKNOWN_QUEUE);
assert.match(refused.message, /UNKNOWN_QUEUE/);
console.log('error with details');

for (const bearer of ['', 'a.b.c']) {
  const stranger = createClient(SupervisorService, transport(bearer));
  const unary = await failure(stranger.getStatus({}));
  assert.equal(unary.code, Code.Unauthenticated);
  assert.equal(unary.findDetails(RejectionDetailSchema)[0].reason, RejectionDetail_Reason.NOT_AUTHENTICATED);
  const stream = await failure(stranger.watch({})[Symbol.asyncIterator]().next());
  assert.equal(stream.code, Code.Unauthenticated);
  assert.equal(stream.findDetails(RejectionDetailSchema)[0].reason, RejectionDetail_Reason.NOT_AUTHENTICATED);
}
console.log('token refused');

const leaving = new AbortController();
const watch = supervisor.watch({}, {signal: leaving.signal})[Symbol.asyncIterator]();
const next = async () => (await watch.next()).value.response;
const snapshot = await next();
assert.equal(snapshot.case, 'snapshot');
assert.deepEqual(snapshot.value.queues.map((queue) => queue.queue), ['sales', 'tiny', 'chat']);
console.log('snapshot');

// Without a gap: each delta's revision follows the one before.
let revision = snapshot.value.revision;
for (const contactId of ['c1', 'c2', 'c3']) {
  await gateway.submitContact({contactId, queue: 'sales'});
  const deltas = await next();
  assert.equal(deltas.case, 'deltas');
  for (const delta of deltas.value.deltas) {
    assert.equal(delta.revision, revision + 1n);
    revision = delta.revision;
  }
  assert.equal(deltas.value.deltas.at(-1).contacts[0].contactId, contactId);
}
console.log('deltas');

const pending = watch.next();
leaving.abort();
assert.equal((await failure(pending)).code, Code.Canceled);
console.log('cancelled');

const resumed = supervisor.watch({resumeRevision: revision - 1n}, {timeoutMs: 60_000})[Symbol.asyncIterator]();
const missed = (await resumed.next()).value.response;
assert.equal(missed.case, 'deltas');
assert.equal(missed.value.deltas[0].revision, revision);
console.log('resumed');

// The router's end, not the client's own: with `timeoutMs` the client ends the call itself.
const soon = await failure(
  (async () => {
    const headers = {'Connect-Timeout-Ms': '100'};
    for await (const response of supervisor.watch({}, {headers})) assert.ok(response);
  })(),
);
assert.equal(soon.code, Code.DeadlineExceeded);
console.log('timeout');
console.log('done');
process.exit(0);
