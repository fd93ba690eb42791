// An event in words: the text `event.KIND`, its {fields} shown as what they are.

import {Agent_Activity as Activity, Agent_State as AgentState} from '../gen/cordboard/v1/agent_pb';
import {Cause_Kind} from '../gen/cordboard/v1/cause_pb';
import {Contact_State as State} from '../gen/cordboard/v1/contact_pb';
import {EscalationFired_Trigger as Trigger} from '../gen/cordboard/v1/contact_event_pb';
import {Offer_State as OfferState} from '../gen/cordboard/v1/offer_pb';
import {SupervisorAct_Verb as Verb} from '../gen/cordboard/v1/supervision_event_pb';
import type {Happening} from '../data/events';
import {clockTime, duration, type Key, t, te} from './i18n';
import en from './en.json';

function shown(kind: string, field: string, value: unknown): string {
  if (typeof value !== 'number') return String(value ?? '');
  switch (field) {
    case 'wait':
    case 'lasted':
      return duration(value);
    case 'until':
    case 'expiresAt':
    case 'dueAt':
    case 'promise':
      return clockTime(value);
    case 'cause':
      return te('cause', Cause_Kind, value);
    case 'verb':
      return te('verb', Verb, value);
    case 'mode':
      return te('joins', Verb, value);
    case 'trigger':
      return te('trigger', Trigger, value);
    case 'state':
      return kind === 'offerEnded' ? te('offerState', OfferState, value) : te('contactState', State, value);
    case 'from':
    case 'to':
      return kind === 'agentStateChanged' ? te('agentState', AgentState, value) : te('activity', Activity, value);
    default:
      return String(value);
  }
}

export function happeningText(h: Happening): string {
  const key = `event.${h.kind}`;
  if (!(key in en)) return h.kind; // of a newer router
  const values: Record<string, string> = {};
  for (const [field, value] of Object.entries(h.fields)) values[field] = shown(h.kind, field, value);
  const text = t(key as Key, values);
  const cause = h.fields.cause;
  return typeof cause === 'number' && cause !== 0 ? `${text} (${values.cause})` : text;
}
