// What a supervisor does: each action says what will happen, asks for what it needs, a reason and, once, the
// supervisor's name, and is confirmed before it is sent.

import type {MessageInitShape} from '@bufbuild/protobuf';
import type {ComponentChildren, JSX} from 'preact';
import {useState} from 'preact/hooks';
import {failure, supervisors, who} from '../api';
import type {AgentRow, ContactRow} from '../data/rows';
import {isUnanswered} from '../data/order';
import type {ActRequestSchema} from '../gen/cordboard/v1/act_pb';
import {ActRequest_Listen_Mode as Listen} from '../gen/cordboard/v1/act_pb';
import {Agent_State as AgentState, ContactInHand_Phase as Phase} from '../gen/cordboard/v1/agent_pb';
import {Contact_State as State} from '../gen/cordboard/v1/contact_pb';
import {Queue_Mode as Mode} from '../gen/cordboard/v1/queue_pb';
import {store, supervisor, token} from '../state';
import {type Key, t} from '../text/i18n';
import {closeDialog, Dialog, openDialog, say} from './dialog';
import {Icon} from './icons';

type Act = NonNullable<MessageInitShape<typeof ActRequestSchema>['act']>;
const NAME = '[A-Za-z0-9_.@\\-]{1,64}';

interface Form {
  title: string;
  what: string; // what will happen
  danger?: boolean;
  fields?: (values: FormValues, set: (name: string, value: string) => void) => ComponentChildren;
  initial?: FormValues;
  send: (values: FormValues, reason: string, requestId: string) => Promise<unknown>;
}
type FormValues = Record<string, string>;

function ActionForm({form}: {form: Form}): JSX.Element {
  const [values, setValues] = useState<FormValues>(form.initial ?? {});
  const [reason, setReason] = useState('');
  const [name, setName] = useState(supervisor.value);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');
  const [requestId] = useState(() => crypto.randomUUID()); // the same for a second try: it is not done twice
  const askName = token.value === '' && supervisor.value === '';

  const confirm = async (event: Event) => {
    event.preventDefault();
    if (askName) supervisor.value = name;
    setBusy(true);
    setFailed('');
    try {
      await form.send(values, reason, requestId);
      say(t('action.done', {action: form.title}));
      closeDialog();
    } catch (error) {
      const {reason: code, detail} = failure(error);
      setFailed(code === '' ? t('action.unreached', {detail}) : `${code}: ${detail}`);
      setBusy(false);
    }
  };

  return (
    <Dialog title={form.title}>
      <form onSubmit={confirm}>
        <p>{form.what}</p>
        {form.fields?.(values, (field, value) => setValues({...values, [field]: value}))}
        <label>
          {t('action.reason')}
          <input value={reason} maxLength={128} placeholder={t('action.reasonHint')} onInput={(e) => setReason(e.currentTarget.value)} />
        </label>
        {askName && (
          <label>
            {t('action.yourName')}
            <input required pattern={NAME} value={name} onInput={(e) => setName(e.currentTarget.value)} title={t('action.nameHint')} />
            <small>{t('action.nameHint')}</small>
          </label>
        )}
        {!askName && token.value === '' && <p class="note">{t('action.as', {name: supervisor.value})}</p>}
        {failed !== '' && (
          <p class="failed" role="alert">
            {failed}
          </p>
        )}
        <footer>
          <button type="button" onClick={closeDialog}>
            {t('dialog.cancel')}
          </button>
          <button type="submit" class={form.danger ? 'danger' : 'primary'} disabled={busy}>
            {form.title}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const open = (form: Form) => openDialog(() => <ActionForm form={form} />);
const act = (one: Act, reason: string, requestId: string) =>
  supervisors.act({requestId, supervisor: who(), reason, act: one});

// ---- fields ----

type Setter = (name: string, value: string) => void;

const QueueField = ({values, set}: {values: FormValues; set: Setter}): JSX.Element => (
  <label>
    {t('action.toQueue')}
    <select required value={values.queue} onChange={(e) => set('queue', e.currentTarget.value)}>
      <option value="" />
      {[...store.queues.keys()].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  </label>
);

const AgentField = ({label, values, set, channel}: {label: string; values: FormValues; set: Setter; channel: string}): JSX.Element => {
  const able = [...store.agents.values()].filter(
    (a) => a.state !== AgentState.LOGGED_OUT && a.channels.some((c) => c.channel === channel),
  );
  return (
    <label>
      {label}
      <input required list="agents" pattern={NAME} value={values.agent} autocomplete="off" onInput={(e) => set('agent', e.currentTarget.value)} />
      <datalist id="agents">
        {able.slice(0, 500).map((a) => (
          <option key={a.id} value={a.id} />
        ))}
      </datalist>
    </label>
  );
};

const NumberField = ({name, label, values, set}: {name: string; label: string; values: FormValues; set: Setter}): JSX.Element => (
  <label>
    {label}
    <input type="number" required min={-1000} max={1000} value={values[name]} onInput={(e) => set(name, e.currentTarget.value)} />
  </label>
);

const CheckField = ({name, label, values, set}: {name: string; label: string; values: FormValues; set: Setter}): JSX.Element => (
  <label class="check">
    <input type="checkbox" checked={values[name] === 'yes'} onChange={(e) => set(name, e.currentTarget.checked ? 'yes' : '')} /> {label}
  </label>
);

// ---- the actions ----

export interface Action {
  id: string;
  title: string;
  danger?: boolean;
  run: () => void;
}

function action(id: string, form: Omit<Form, 'title' | 'what'>, subject: string): Action {
  const title = t(`act.${id}` as Key);
  const what = t(`act.${id}.what` as Key, {subject});
  return {id, title, ...(form.danger ? {danger: true} : {}), run: () => open({title, what, ...form})};
}

function unansweredActions(c: ContactRow): Action[] {
  const contactId = c.id;
  const result = [
    action('reprioritise', {
      initial: {priority: String(c.priority), tier: String(c.tier)},
      fields: (values, set) => (
        <div class="row">
          <NumberField name="priority" label={t('contact.priority')} values={values} set={set} />
          <NumberField name="tier" label={t('contact.tier')} values={values} set={set} />
        </div>
      ),
      send: (v, reason, id) =>
        act({case: 'reprioritise', value: {contactId, priority: Number(v.priority), tier: Number(v.tier)}}, reason, id),
    }, contactId),
    action('move', {
      initial: {queue: ''},
      fields: (values, set) => <QueueField values={values} set={set} />,
      send: (v, reason, id) => act({case: 'move', value: {contactId, queue: v.queue!}}, reason, id),
    }, contactId),
    action('assign', {
      initial: {agent: '', force: ''},
      fields: (values, set) => (
        <>
          <AgentField label={t('action.toAgent')} values={values} set={set} channel={c.channel} />
          <CheckField name="force" label={t('action.force')} values={values} set={set} />
        </>
      ),
      send: (v, reason, id) =>
        act({case: 'assign', value: {contactId, agentId: v.agent!, force: v.force === 'yes'}}, reason, id),
    }, contactId),
  ];
  if (c.state === State.OFFERED) {
    result.push(action('takeBack', {send: (_v, reason, id) => act({case: 'takeBack', value: {contactId}}, reason, id)}, contactId));
  }
  result.push(
    action('cancel', {danger: true, send: (_v, reason, id) => act({case: 'cancel', value: {contactId}}, reason, id)}, contactId),
  );
  return result;
}

function connectedActions(c: ContactRow): Action[] {
  const contactId = c.id;
  const own = (values: FormValues, set: Setter, required: boolean) => (
    <label>
      {t('action.ownAgent')}
      <input required={required} pattern={NAME} value={values.agent} onInput={(e) => set('agent', e.currentTarget.value)} />
    </label>
  );
  const listen = (id: string, mode: Listen) =>
    action(id, {
      initial: {agent: ''},
      fields: (values, set) => own(values, set, false),
      send: (v, reason, request) => act({case: 'listen', value: {contactId, mode, agentId: v.agent!}}, reason, request),
    }, contactId);
  return [
    listen('monitor', Listen.MONITOR),
    listen('whisper', Listen.WHISPER),
    listen('barge', Listen.BARGE),
    action('takeOver', {
      danger: true,
      initial: {agent: ''},
      fields: (values, set) => own(values, set, true),
      send: (v, reason, id) => act({case: 'takeOver', value: {contactId, agentId: v.agent!}}, reason, id),
    }, contactId),
  ];
}

export function contactActions(c: ContactRow): Action[] {
  if (c.state === State.CONNECTED) return connectedActions(c);
  if (isUnanswered(c)) return unansweredActions(c);
  if (c.state === State.WRAP_UP && c.agent !== '') return [endWrapUp(c.agent, c.id)];
  if (c.state === State.SCHEDULED) {
    const contactId = c.id;
    return [action('cancel', {danger: true, send: (_v, reason, id) => act({case: 'cancel', value: {contactId}}, reason, id)}, contactId)];
  }
  return [];
}

const endWrapUp = (agentId: string, contactId: string): Action =>
  action('endWrapUp', {send: (_v, reason, id) => act({case: 'endWrapUp', value: {agentId, contactId}}, reason, id)}, contactId);

export function agentActions(a: AgentRow): Action[] {
  const agentId = a.id;
  const state = (id: string, to: AgentState, danger = false) =>
    action(id, {danger, send: (_v, reason, request) => act({case: 'setAgentState', value: {agentId, state: to}}, reason, request)}, agentId);
  if (a.state === AgentState.LOGGED_OUT) return [];
  const result: Action[] = [];
  if (a.state !== AgentState.READY) result.push(state('setReady', AgentState.READY));
  if (a.state !== AgentState.NOT_READY) result.push(state('setNotReady', AgentState.NOT_READY));
  for (const c of a.contacts) if (c.phase === Phase.WRAP_UP) result.push(endWrapUp(agentId, c.contact));
  result.push(
    action('release', {
      danger: true,
      initial: {end: ''},
      fields: (values, set) => <CheckField name="end" label={t('action.endContacts')} values={values} set={set} />,
      send: (v, reason, id) => act({case: 'release', value: {agentId, endContacts: v.end === 'yes'}}, reason, id),
    }, agentId),
    state('logOut', AgentState.LOGGED_OUT, true),
  );
  return result;
}

// `queue` empty: the switch of all queues.
export function queueActions(queue: string, now: Mode): Action[] {
  const one = (id: string, mode: Mode, danger: boolean) =>
    action(`${queue === '' ? 'all.' : ''}${id}`, {
      danger,
      send: (_v, reason, requestId) =>
        supervisors.setQueueMode({
          requestId,
          supervisor: who(),
          reason,
          mode,
          target: queue === '' ? {case: 'allQueues', value: true} : {case: 'queue', value: queue},
        }),
    }, queue);
  return [
    ...(now === Mode.BY_HOURS ? [] : [one('byHours', Mode.BY_HOURS, false)]),
    ...(now === Mode.OPEN ? [] : [one('open', Mode.OPEN, false)]),
    ...(now === Mode.CLOSED ? [] : [one('close', Mode.CLOSED, true)]),
  ];
}

export const ActionButtons = ({actions}: {actions: Action[]}): JSX.Element => (
  <div class="actions">
    {actions.map((a) => (
      <button key={a.id} type="button" class={a.danger ? 'danger-quiet' : ''} onClick={a.run}>
        {a.title}
      </button>
    ))}
  </div>
);

export function openSupervisor(): void {
  openDialog(() => <SupervisorForm />);
}

function SupervisorForm(): JSX.Element {
  const [name, setName] = useState(supervisor.value);
  const [secret, setSecret] = useState(token.value);
  return (
    <Dialog title={t('signIn.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          supervisor.value = name;
          token.value = secret.trim();
          closeDialog();
        }}
      >
        <label>
          {t('action.yourName')}
          <input pattern={NAME} value={name} onInput={(e) => setName(e.currentTarget.value)} title={t('action.nameHint')} />
          <small>{t('action.nameHint')}</small>
        </label>
        <label>
          {t('signIn.token')}
          <input type="password" autocomplete="off" value={secret} onInput={(e) => setSecret(e.currentTarget.value)} />
          <small>{t('signIn.tokenHint')}</small>
        </label>
        <footer>
          <button type="button" onClick={closeDialog}>
            {t('dialog.cancel')}
          </button>
          <button type="submit" class="primary">
            <Icon name="check" /> {t('signIn.save')}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
