// node manifests.mjs SOURCE ROUTER: whether the manifests of deploy/kubernetes are what Kubernetes takes and say what
// is so: kustomize builds them, every field has the type that the API has for it, and each flag, port, path, account
// and time is that of the router, started with their configuration, and of its image.
//
// The types are those of kubernetes-models, checked by the TypeScript compiler: a field that is not there is an error.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {generateKeyPairSync} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {get} from 'node:https';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, test} from 'node:test';
import {parse, parseAllDocuments} from 'yaml';

const [source, router] = process.argv.slice(2);
const read = (path) => readFileSync(join(source, path), 'utf8');
const run = (program, ...words) => execFileSync(program, words, {encoding: 'utf8'});

const built = run('kubectl', 'kustomize', join(source, 'deploy/kubernetes'));
const objects = parseAllDocuments(built).map((document) => document.toJS());
const named = (kind) => objects.find((object) => object.kind === kind);
const pod = named('StatefulSet').spec.template.spec;
const container = pod.containers[0];
const map = named('ConfigMap');
const config = parse(map.data['router.yaml']);
const portOf = (name) => container.ports.find((port) => port.name === name)?.containerPort;
const mountOf = (volume) => container.volumeMounts.find((mount) => mount.name === volume).mountPath;

const recipe = read('deploy/container/Containerfile').split(/^FROM /m).at(-1);
const entry = JSON.parse(recipe.match(/^ENTRYPOINT (.*)$/m)[1]);
const argument = (flag) => entry[entry.indexOf(flag) + 1];

const work = mkdtempSync(join(tmpdir(), 'cordboard-kubernetes-'));
let served; // the router's ready line, by listener
let process_;

before(async () => {
  run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', join(work, 'tls.key'), '-out', join(work, 'tls.crt'));
  const jwk = generateKeyPairSync('ec', {namedCurve: 'P-256'}).publicKey.export({format: 'jwk'});
  writeFileSync(join(work, 'jwks.json'), JSON.stringify({keys: [{...jwk, kid: 'one', alg: 'ES256', use: 'sig'}]}));
  // The files of the secrets are here, and the page may not be built.
  const text = map.data['router.yaml']
    .replace(/\/etc\/cordboard\/(tls|access)\//g, work + '/').replace(/^ *dashboard:.*$/m, '');
  writeFileSync(join(work, 'router.yaml'), text);
  const loopback = ['grpc', 'http', 'metrics'].flatMap((name) => [`--${name}-listen`, '127.0.0.1:0']);
  process_ = spawn(router, ['--config', join(work, 'router.yaml'), '--data-dir', join(work, 'data'), ...loopback],
    {stdio: ['ignore', 'pipe', 'inherit']});
  for await (const line of createInterface({input: process_.stdout})) {
    served = Object.fromEntries(line.split(' ').slice(1).map((word) => word.split('=')));
    break;
  }
  assert(served, 'the router does not start with the configuration of the manifests');
});

after(() => {
  process_?.kill();
  rmSync(work, {recursive: true});
});

const status = (address, path) => new Promise((resolve, reject) =>
  get(`https://${address}${path}`, {ca: readFileSync(join(work, 'tls.crt')), agent: false}, (reply) => {
    reply.resume();
    resolve(reply.statusCode);
  }).on('error', reject));

test('every field has its type', () => {
  const modules = {'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'};
  const lines = objects.map((object, i) => {
    const module = modules[object.apiVersion] ?? `kubernetes-models/${object.apiVersion}`;
    return `import type {I${object.kind} as T${i}} from '${module}';\n` +
      `export const ${object.kind}: T${i} = ${JSON.stringify(object, null, 1)};\n`;
  });
  writeFileSync('manifests.ts', lines.join(''));
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext'];
  execFileSync('npx', ['--no-install', 'tsc', ...options, 'manifests.ts'], {stdio: 'inherit'});
});

test('one replica', () => assert.equal(named('StatefulSet').spec.replicas, 1));

test('ports are those of the configuration, and of the image', () => {
  const exposed = recipe.match(/^EXPOSE (.*)$/m)[1].split(' ').map(Number);
  for (const name of ['grpc', 'http', 'metrics']) {
    assert.equal(config.server[`${name}_listen`], `0.0.0.0:${portOf(name)}`);
    assert(exposed.includes(portOf(name)), name);
  }
  const ports = named('Service').spec.ports;
  for (const {name, port, targetPort} of ports) assert.deepEqual([port, targetPort], [portOf(name), name]);
  assert.equal(ports.length, 3);
  for (const {ports} of named('NetworkPolicy').spec.ingress) for (const {port} of ports) assert(portOf(port), port);
});

test('the image has the flags, and the folders are where they say', () => {
  const help = run(router, '--help');
  for (const flag of entry.filter((word) => word.startsWith('--'))) assert(help.includes(`  ${flag} `), flag);
  assert.equal(argument('--data-dir'), mountOf('data'));
  assert.equal(argument('--config'), join(mountOf('config'), 'router.yaml'));
  const {tls, access} = config.server;
  const mounted = pod.volumes[0].projected.sources.flatMap((of) => of.secret?.items ?? []).map((item) => item.path);
  for (const path of [tls.certificate, tls.key, access.tokens.jwks]) {
    assert(mounted.includes(path.slice(mountOf('config').length + 1)), path);
  }
  assert(read('deploy/debian/router.yaml').includes(`dashboard: ${config.server.dashboard}\n`));
});

test('the account is that of the image', () => {
  const user = Number(recipe.match(/^USER (\d+):/m)[1]);
  const {runAsUser, runAsGroup, fsGroup, runAsNonRoot} = pod.securityContext;
  assert.deepEqual([runAsUser, runAsGroup, fsGroup, runAsNonRoot], [user, user, user, true]);
});

test('a drain has the time that it takes', () => {
  const documented = /^\| `drain_timeout` .*?\| `(\d+s)`/m;
  const drain = config.server.drain_timeout ?? read('docs/CONFIGURATION.md').match(documented)[1];
  assert(pod.terminationGracePeriodSeconds > parseInt(drain), drain);
});

test('probes are answered', async () => {
  for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const {path, port, scheme} = container[name].httpGet;
    assert.equal(scheme, 'HTTPS');
    assert.equal(await status(served[port], path), 200, `${name} ${path}`);
  }
});

test('Prometheus finds its metrics, under the name that the alerts have', async () => {
  const monitor = named('ServiceMonitor').spec;
  assert.deepEqual(monitor.selector.matchLabels, named('Service').metadata.labels);
  const {port, path, scheme, tlsConfig} = monitor.endpoints[0];
  assert.equal(scheme, 'https');
  assert.equal(await status(served[port], path), 200);
  const {name, namespace} = named('Service').metadata;
  assert.equal(tlsConfig.serverName, `${name}.${namespace}.svc`);
  assert(read('deploy/prometheus/prometheus.yml').includes(`job_name: ${name}\n`));
});

test('the version is that of the project', () => {
  assert.equal(container.image.split(':')[1], read('CMakeLists.txt').match(/project\(cordboard VERSION (\S+)/)[1]);
});
