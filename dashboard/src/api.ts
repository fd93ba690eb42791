// Questions and requests to the router, each asked once because somebody wants it: nothing here repeats.

import {type Client, ConnectError, createClient, type Interceptor} from '@connectrpc/connect';
import {createConnectTransport} from '@connectrpc/connect-web';
import {ConfigService} from './gen/cordboard/v1/config_service_pb';
import {RejectionDetail_Reason as Reason, RejectionDetailSchema} from './gen/cordboard/v1/error_pb';
import {SupervisorService} from './gen/cordboard/v1/supervisor_service_pb';
import {baseUrl, headers, supervisor, token} from './state';

const withHeaders: Interceptor = (next) => (request) => {
  for (const [name, value] of Object.entries(headers())) request.header.set(name, value);
  return next(request);
};

const transport = createConnectTransport({baseUrl, useBinaryFormat: true, interceptors: [withHeaders]});
export const supervisors: Client<typeof SupervisorService> = createClient(SupervisorService, transport);
export const configs: Client<typeof ConfigService> = createClient(ConfigService, transport);

// Who asks. With a token the router knows, and wants no name.
export const who = (): string => (token.value === '' ? supervisor.value : '');

// Whom a token names, for display: the router alone decides whether that is so. Empty for what is no token.
export function subjectOf(jwt: string): string {
  try {
    const payload = jwt.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
    const {sub} = JSON.parse(new TextDecoder().decode(bytes)) as {sub?: unknown};
    return typeof sub === 'string' ? sub : '';
  } catch {
    return '';
  }
}

export interface Failure {
  reason: string; // as in docs/API.md; empty when the router was not reached
  detail: string;
}

export function failure(error: unknown): Failure {
  const e = ConnectError.from(error);
  const detail = e.findDetails(RejectionDetailSchema)[0];
  return {
    reason: detail === undefined ? '' : (Reason[detail.reason] ?? ''),
    detail: detail?.detail || e.rawMessage,
  };
}
