// The configuration in force: read it, change it, see what a change would do, put it into force, go back.

import {signal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {configs, failure, who} from '../api';
import {priorityPointMs} from '../data/order';
import {timeOf} from '../data/rows';
import {
  type ApplyResponse,
  type ConfigVersion,
  type Diagnostic,
  Diagnostic_Severity as Severity,
  type ValidateResponse,
} from '../gen/cordboard/v1/config_service_pb';
import {RejectionDetail_Reason as Reason} from '../gen/cordboard/v1/error_pb';
import {priorityPoint, store, supervisor, tick, token} from '../state';
import {count, dateTime, t, tn} from '../text/i18n';
import {openSupervisor} from '../ui/actions';
import {closeDialog, Dialog, openDialog, say} from '../ui/dialog';
import {Judged, Panel} from '../ui/parts';

// What is being edited outlives a visit to another page.
const draft = signal<string | undefined>(undefined);
const inForce = signal<{number: bigint; yaml: string} | undefined>(undefined);
const versions = signal<ConfigVersion[]>([]);
const check = signal<ValidateResponse | undefined>(undefined);
const dryRun = signal<ApplyResponse | undefined>(undefined);
const failed = signal('');

async function attempt(work: () => Promise<void>): Promise<void> {
  failed.value = '';
  try {
    await work();
  } catch (error) {
    const {reason, detail} = failure(error);
    failed.value = reason === '' ? t('action.unreached', {detail}) : `${reason}: ${detail}`;
  }
}

export const load = (): Promise<void> =>
  attempt(async () => {
    const [got, list] = await Promise.all([configs.get({}), configs.listVersions({limit: 50})]);
    inForce.value = {number: got.version?.number ?? 0n, yaml: got.yaml};
    versions.value = list.versions;
    priorityPoint.value = priorityPointMs(got.yaml);
  });

const text = (): string => draft.value ?? inForce.value?.yaml ?? '';

function edit(value: string): void {
  draft.value = value === inForce.value?.yaml ? undefined : value;
  check.value = undefined;
  dryRun.value = undefined;
}

const validate = () => attempt(async () => void (check.value = await configs.validate({yaml: text()})));

const preview = () =>
  attempt(async () => {
    dryRun.value = await configs.apply({yaml: text(), dryRun: true, ifVersion: inForce.value?.number ?? 0n});
    check.value = dryRun.value.check;
  });

function Diagnostics({all, valid}: {all: Diagnostic[]; valid: boolean}): JSX.Element {
  return (
    <div role="status">
      <p>{valid ? <Judged level="good">{all.length === 0 ? t('policy.valid') : tn('policy.validBut', all.length)}</Judged> : <Judged level="missed">{tn('policy.invalid', all.length)}</Judged>}</p>
      <ul class="diagnostics">
        {all.map((d, i) => (
          <li key={i}>
            <Judged level={d.severity === Severity.ERROR ? 'missed' : 'risk'}>
              {d.line > 0 ? <button type="button" class="link" onClick={() => jump(d.line)}>{t('policy.line', {line: d.line, column: d.column})}</button> : ''} {d.key !== '' && <code>{d.key}</code>} {d.message} {d.suggestion !== '' && `(${d.suggestion})`}
            </Judged>
          </li>
        ))}
      </ul>
    </div>
  );
}

const LINE_HEIGHT = 20; // px, as in style.css

function jump(line: number): void {
  const area = document.querySelector<HTMLTextAreaElement>('#policy-text')!;
  const start = area.value.split('\n').slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
  const end = area.value.indexOf('\n', start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = Math.max(0, (line - 6) * LINE_HEIGHT);
}

function Preview({result}: {result: ApplyResponse}): JSX.Element {
  const rejection = result.rejection;
  return (
    <>
      {rejection && <p class="failed" role="alert">{Reason[rejection.reason]}: {rejection.detail}</p>}
      <h3>{tn('policy.changes', result.changes.length + result.changesLeftOut)}</h3>
      <ul class="diff">
        {result.changes.map((c) => (
          <li key={c.path}>
            <code>{c.path}</code>
            {c.before !== '' && <del><span class="hidden">{t('policy.before')} </span>{c.before}</del>}
            {c.after !== '' && <ins><span class="hidden">{t('policy.after')} </span>{c.after}</ins>}
          </li>
        ))}
      </ul>
      {result.impact.length > 0 && (
        <table class="small">
          <thead>
            <tr><th scope="col">{t('col.queue')}</th><th scope="col" class="number">{t('policy.unanswered')}</th><th scope="col" class="number">{t('policy.unservable')}</th><th scope="col" class="number">{t('policy.offersMade')}</th><th scope="col" class="number">{t('policy.offersBack')}</th><th scope="col" class="number">{t('policy.ended')}</th></tr>
          </thead>
          <tbody>
            {result.impact.map((i) => (
              <tr key={i.queue}>
                <th scope="row">{i.queue} {i.added && <span class="tag quiet">{t('policy.added')}</span>}{i.removed && <span class="tag">{t('policy.removed')}</span>}{i.draining && <span class="tag">{t('policy.draining')}</span>}</th>
                <td class="number">{count(i.unansweredBefore)} → {count(i.unansweredAfter)}</td>
                <td class="number">{count(i.unservableBefore)} → {count(i.unservableAfter)}</td>
                <td class="number">{count(i.offersMade)}</td>
                <td class="number">{count(i.offersRescinded)}</td>
                <td class="number">{count(i.contactsEnded)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Confirm({rollback}: {rollback?: bigint}): JSX.Element {
  const [reason, setReason] = useState('');
  const [requestId] = useState(() => crypto.randomUUID());
  const title = rollback === undefined ? t('policy.apply') : t('policy.rollbackTo', {version: String(rollback)});
  const confirm = (event: Event) => {
    event.preventDefault();
    const common = {reason, requestId, supervisor: who(), ifVersion: inForce.value?.number ?? 0n};
    void attempt(async () => {
      if (rollback === undefined) await configs.apply({...common, yaml: text()});
      else await configs.rollback({...common, version: rollback});
      draft.value = undefined;
      dryRun.value = undefined;
      check.value = undefined;
      say(t('action.done', {action: title}));
      closeDialog();
      await load();
    });
  };
  return (
    <Dialog title={title}>
      <form onSubmit={confirm}>
        <p>{t('policy.confirm', {version: String(inForce.value?.number ?? '')})}</p>
        <label>
          {t('action.reason')}
          <input value={reason} maxLength={128} onInput={(e) => setReason(e.currentTarget.value)} />
        </label>
        {failed.value !== '' && <p class="failed" role="alert">{failed.value}</p>}
        <footer>
          <button type="button" onClick={closeDialog}>{t('dialog.cancel')}</button>
          <button type="submit" class="primary">{title}</button>
        </footer>
      </form>
    </Dialog>
  );
}

function confirmWith(rollback?: bigint): void {
  failed.value = '';
  if (supervisor.value === '' && token.value === '') openSupervisor();
  else openDialog(() => (rollback === undefined ? <Confirm /> : <Confirm rollback={rollback} />));
}

function Editor(): JSX.Element {
  const value = text();
  const lines = value.split('\n').length;
  return (
    <div class="editor">
      <pre aria-hidden="true">{Array.from({length: lines}, (_, i) => i + 1).join('\n')}</pre>
      <textarea
        id="policy-text"
        aria-label={t('policy.text')}
        spellcheck={false}
        wrap="off"
        value={value}
        onInput={(e) => edit(e.currentTarget.value)}
        onScroll={(e) => {
          (e.currentTarget.previousElementSibling as HTMLElement).scrollTop = e.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}

export function PolicyPage(): JSX.Element {
  void tick.value;
  useEffect(() => void load(), [store.configVersion]);
  const changed = draft.value !== undefined;
  const ready = dryRun.value !== undefined && dryRun.value.rejection === undefined && (dryRun.value.check?.valid ?? true);
  return (
    <main class="page fill">
      <div class="bar-top">
        <h1>{t('nav.policy')}</h1>
        {inForce.value && <span class="muted">{t('policy.version', {version: String(inForce.value.number)})}</span>}
        {changed && <span class="tag">{t('policy.changed')}</span>}
        <span class="grow" />
        {changed && <button type="button" onClick={() => edit(inForce.value?.yaml ?? '')}>{t('policy.discard')}</button>}
        <button type="button" onClick={() => void validate()}>{t('policy.validate')}</button>
        <button type="button" disabled={!changed} onClick={() => void preview()}>{t('policy.preview')}</button>
        <button type="button" class="primary" disabled={!changed || !ready} title={ready ? '' : t('policy.previewFirst')} onClick={() => confirmWith()}>{t('policy.apply')}</button>
      </div>
      <div class="split grow">
        <Editor />
        <div class="side">
          {failed.value !== '' && <p class="failed" role="alert">{failed.value}</p>}
          {check.value && <Panel title={t('policy.check')}><Diagnostics all={check.value.diagnostics} valid={check.value.valid} /></Panel>}
          {dryRun.value && <Panel title={t('policy.wouldDo')}><Preview result={dryRun.value} /></Panel>}
          <Panel title={t('policy.versions')}>
            <ul class="versions">
              {versions.value.map((v, i) => (
                <li key={String(v.number)}>
                  <b>{String(v.number)}</b>
                  <span><time>{dateTime(timeOf(v.appliedAt))}</time><small class="muted" title={v.source}>{v.source}</small></span>
                  {i === 0 ? <span class="tag quiet">{t('policy.inForce')}</span> : <button type="button" onClick={() => confirmWith(v.number)}>{t('policy.rollback')}</button>}
                </li>
              ))}
            </ul>
          </Panel>
        </div>
      </div>
    </main>
  );
}
