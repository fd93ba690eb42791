// Why a contact waits, why an agent is not offered it, why an offer went to its agent: asked once when it is
// opened, when the contact's state changes, and when somebody presses the button.

import type {JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {failure, supervisors} from '../api';
import {Contact_Servability as Servability} from '../gen/cordboard/v1/contact_pb';
import {
  type ExplainResponse,
  type OfferExplanation,
  type PairExplanation,
  PairExplanation_Obstacle as Obstacle,
  type WaitExplanation,
  WaitExplanation_Step as Step,
} from '../gen/cordboard/v1/explain_pb';
import {QueueSettings_Strategy as Strategy} from '../gen/cordboard/v1/queue_pb';
import {timeOf} from '../data/rows';
import {now, tick} from '../state';
import {clockTime, count, duration, t, te, tn} from '../text/i18n';
import {AgentLink, ContactLink, Requirement} from './parts';

type Asked = {is: 'asking'} | {is: 'answered'; answer: ExplainResponse} | {is: 'failed'; text: string};

interface Question {
  contactId?: string;
  agentId?: string;
  offerId?: bigint;
}

function useExplain(question: Question, anew: string): [Asked, () => void] {
  const [asked, setAsked] = useState<Asked>({is: 'asking'});
  const [times, setTimes] = useState(0);
  const key = `${question.contactId} ${question.agentId} ${question.offerId} ${anew} ${times}`;
  useEffect(() => {
    const cut = new AbortController();
    supervisors.explain(question, {signal: cut.signal}).then(
      (answer) => setAsked({is: 'answered', answer}),
      (error: unknown) => {
        if (!cut.signal.aborted) setAsked({is: 'failed', text: failure(error).detail});
      },
    );
    return () => cut.abort();
  }, [key]);
  return [asked, () => setTimes(times + 1)];
}

const GROUPS = ['idle', 'offered', 'handling', 'wrapUp', 'notReady', 'notResponding', 'disconnected', 'loggedOut'] as const;

function Eligible({agents}: {agents: NonNullable<WaitExplanation['eligible']>}): JSX.Element {
  const all = GROUPS.reduce((sum, g) => sum + agents[g], 0);
  if (all === 0) return <p class="zero">{t('why.nobody')}</p>;
  return (
    <>
      <div class="bar" aria-hidden="true">
        {GROUPS.filter((g) => agents[g] > 0).map((g) => (
          <span key={g} class={`part ${g}`} style={{flexGrow: agents[g]}} />
        ))}
      </div>
      <ul class="groups">
        {GROUPS.filter((g) => agents[g] > 0).map((g) => (
          <li key={g}>
            <span class={`dot ${g}`} aria-hidden="true" />
            <b>{count(agents[g])}</b> {t(`group.${g}`)}
          </li>
        ))}
      </ul>
    </>
  );
}

function verdict(wait: WaitExplanation): string {
  const e = wait.eligible;
  if (wait.held) return t('why.held');
  if (wait.servability === Servability.NOBODY_KNOWN) return t('why.nobodyKnown');
  if (wait.servability === Servability.NOBODY_LOGGED_IN) return t('why.nobodyLoggedIn');
  if (wait.targetAgentId !== '') return t('why.target', {agent: wait.targetAgentId});
  if (wait.preferredAgentIds.length > 0) return t('why.preferred');
  const loggedIn = e === undefined ? 0 : GROUPS.reduce((sum, g) => sum + (g === 'loggedOut' ? 0 : e[g]), 0);
  if (loggedIn === 0) return t('why.nobodyLoggedIn');
  if ((e?.idle ?? 0) === 0) return tn('why.allBusy', loggedIn);
  return tn('why.ahead', wait.ahead);
}

function Wait({wait}: {wait: WaitExplanation}): JSX.Element {
  void tick.value; // the next steps count down
  const clauses = wait.clauses.filter((c) => c.fail > 0);
  return (
    <>
      <p class="verdict">{verdict(wait)}</p>
      <h3>{t('why.eligible')}</h3>
      {wait.eligible && <Eligible agents={wait.eligible} />}
      <h3>{t('why.requirement')}</h3>
      <p>
        <Requirement text={wait.requirement} />
      </p>
      {clauses.length > 0 && (
        <table class="small">
          <thead>
            <tr>
              <th scope="col">{t('why.clause')}</th>
              <th scope="col" class="number">
                {t('why.fail')}
              </th>
              <th scope="col" class="number">
                {t('why.failOnly')}
              </th>
            </tr>
          </thead>
          <tbody>
            {clauses.map((c) => (
              <tr key={c.text}>
                <th scope="row">
                  <code>{c.text}</code>
                </th>
                <td class="number">{t('why.of', {n: count(c.fail), all: count(wait.loggedIn)})}</td>
                <td class="number">{count(c.failOnly)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {wait.ahead > 0 && (
        <>
          <h3>{tn('why.aheadTitle', wait.ahead)}</h3>
          <ul class="inline">
            {wait.firstAhead.map((id) => (
              <li key={id}>
                <ContactLink id={id} />
              </li>
            ))}
          </ul>
        </>
      )}
      {wait.next.length > 0 && (
        <>
          <h3>{t('why.next')}</h3>
          <ol class="next">
            {wait.next.map((n, i) => (
              <li key={i}>
                <time>{duration(timeOf(n.at) - now())}</time> {te('step', Step, n.step)}
                {n.agentId !== '' && (
                  <>
                    {' '}
                    (<AgentLink id={n.agentId} />)
                  </>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function Pair({pair}: {pair: PairExplanation}): JSX.Element {
  if (pair.reasons.length === 0) return <p class="verdict">{t('why.nothing')}</p>;
  return (
    <ol class="reasons">
      {pair.reasons.map((r, i) => (
        <li key={i}>
          {te('obstacle', Obstacle, r.obstacle)}
          {r.clause !== '' && (
            <>
              {': '}
              <code>{r.clause}</code>
            </>
          )}
          {r.agentId !== '' && (
            <>
              {': '}
              <AgentLink id={r.agentId} />
            </>
          )}
          {r.count > 0 && ` (${count(r.count)})`}
          {r.until !== undefined && ` ${t('why.until', {time: clockTime(timeOf(r.until))})}`}
        </li>
      ))}
    </ol>
  );
}

function Offer({offer}: {offer: OfferExplanation}): JSX.Element {
  return (
    <>
      <p class="verdict">
        {offer.forOneAgent
          ? t('offer.forOne', {agent: offer.agentId})
          : t('offer.chosen', {
              agent: offer.agentId,
              strategy: te('strategy', Strategy, offer.strategy),
              n: count(offer.agentsFree),
            })}
      </p>
      <table class="small">
        <thead>
          <tr>
            <th scope="col">{t('offer.agents')}</th>
            <th scope="col" class="number">
              {t('offer.idle')}
            </th>
            <th scope="col" class="number">
              {t('offer.levels')}
            </th>
            <th scope="col" class="number">
              {t('offer.contacts')}
            </th>
          </tr>
        </thead>
        <tbody>
          {offer.agents.map((a) => (
            <tr key={a.agentId} class={a.agentId === offer.agentId ? 'chosen' : ''}>
              <th scope="row">
                <AgentLink id={a.agentId} />
              </th>
              <td class="number">{a.idleSince ? duration(timeOf(offer.at) - timeOf(a.idleSince)) : ''}</td>
              <td class="number">{count(Number(a.levels))}</td>
              <td class="number">{count(Number(a.contacts))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {offer.contacts.length > 1 && (
        <>
          <h3>{t('offer.others')}</h3>
          <ul class="inline">
            {offer.contacts.slice(1).map((c) => (
              <li key={c.contactId}>
                <ContactLink id={c.contactId} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Answer({answer}: {answer: ExplainResponse}): JSX.Element {
  switch (answer.explanation.case) {
    case 'wait':
      return <Wait wait={answer.explanation.value} />;
    case 'pair':
      return <Pair pair={answer.explanation.value} />;
    case 'offer':
      return <Offer offer={answer.explanation.value} />;
    default:
      return <p>{answer.text}</p>;
  }
}

export function Explanation({question, anew = ''}: {question: Question; anew?: string}): JSX.Element {
  const [asked, again] = useExplain(question, anew);
  if (asked.is === 'asking') return <p class="note">{t('why.asking')}</p>;
  return (
    <div class="explanation">
      {asked.is === 'failed' ? <p class="note">{asked.text}</p> : <Answer answer={asked.answer} />}
      <p class="note">
        {asked.is === 'answered' && t('why.asOf', {time: clockTime(timeOf(asked.answer.at))})}{' '}
        <button type="button" class="link" onClick={again}>
          {t('why.again')}
        </button>
      </p>
    </div>
  );
}

export function WhyNotAgent({contact}: {contact: string}): JSX.Element {
  const [agent, setAgent] = useState('');
  return (
    <>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          setAgent(new FormData(event.currentTarget).get('agent') as string);
        }}
      >
        <label>
          {t('why.agent')}
          <input name="agent" required autocomplete="off" />
        </label>
        <button type="submit">{t('why.ask')}</button>
      </form>
      {agent !== '' && <Explanation key={agent} question={{contactId: contact, agentId: agent}} />}
    </>
  );
}
