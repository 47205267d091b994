// Sends a request again, the same octets with the same key, as often as that is safe and the deadline allows.
import { setTimeout as sleep } from 'node:timers/promises';

import { fetch, type Dispatcher, Response } from 'undici';

import { retryAfter } from './problem.js';

export interface Sent {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  // Whether the answer is there when its last octet is: then a body that breaks off counts as no answer.
  readonly whole: boolean;
}

// Why a request is sent again: for a log or a counter.
export interface Repetition {
  readonly method: string;
  readonly url: string;
  // How often it has been sent.
  readonly tries: number;
  // What came: a status, or a broken connection.
  readonly because: 503 | 409 | Error;
  readonly waitMs: number;
}

export interface Patience {
  readonly dispatcher: Dispatcher;
  // Milliseconds, from the first try to the end of the last.
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  readonly onRepeat?: ((repetition: Repetition) => void) | undefined;
}

// No answer came: the deadline passed, or the connection broke where repeating is not safe. The message says whether what was asked for may
// have been done.
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

// The connection was never made, so nothing was asked for. The alert: the server's own key is in its token too, which is out.
const unsent = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR']);
// It broke, before or after the server had read the request. Whatever is not named here, such as a server's certificate that is not trusted,
// is no better the next time.
const broken = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function codeOf(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
  }
  return '';
}

function mayRepeat(request: Sent, error: unknown): boolean {
  const code = codeOf(error);
  return unsent.has(code) || (broken.has(code) && (request.method === 'GET' || 'Idempotency-Key' in request.headers));
}

// What one try came to: an answer, a reason to send the request again after so many seconds, or both.
interface Outcome {
  readonly answer?: Response;
  readonly again?: { readonly because: 503 | 409 | Error; readonly seconds: number };
}

// Who were refused together shall not come back together.
const spread = (milliseconds: number) => Math.ceil(milliseconds * (1 + Math.random() / 4));

export async function sendPatiently(request: Sent, patience: Patience): Promise<Response> {
  const end = performance.now() + patience.deadline;
  const ending = new AbortController();
  const abort = () => ending.abort(patience.signal?.reason);
  patience.signal?.addEventListener('abort', abort);
  const timer = setTimeout(() => ending.abort(noAnswer(request, `${patience.deadline} ms have passed`)), patience.deadline);
  try {
    patience.signal?.throwIfAborted();
    for (let tries = 1; ; tries++) {
      const { answer, again } = await sendOnce(request, patience.dispatcher, ending.signal, tries);
      const waitMs = spread((again?.seconds ?? 0) * 1000);
      const inTime = performance.now() + waitMs < end;
      if (answer && !(again && inTime)) return answer;
      if (!again || !inTime) throw noAnswer(request, `${tries} tries in ${patience.deadline} ms`, again?.because);
      patience.onRepeat?.({ method: request.method, url: request.url.href, tries, because: again.because, waitMs });
      await answer?.arrayBuffer(); // so that its connection can be used again
      await sleep(waitMs, undefined, { signal: ending.signal });
    }
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    clearTimeout(timer);
    patience.signal?.removeEventListener('abort', abort);
  }
}

async function sendOnce(request: Sent, dispatcher: Dispatcher, signal: AbortSignal, tries: number): Promise<Outcome> {
  const { method, url, headers, body } = request;
  try {
    const answer = await fetch(url, { method, headers, redirect: 'manual', dispatcher, signal, ...(body === undefined ? {} : { body }) });
    return { ...comeBack(answer), answer: request.whole ? await completed(answer) : answer };
  } catch (error) {
    if (signal.aborted) throw error;
    if (mayRepeat(request, error)) return { again: { because: causeOf(error), seconds: Math.min(2 ** tries / 4, 5) } };
    throw noAnswer(request, causeOf(error).message, error);
  }
}

// 503: nothing was done. 409 with Retry-After: the first call with this key still runs. Of both the API says when to come back.
function comeBack(answer: Response): Outcome {
  const seconds = retryAfter(answer);
  if (seconds === undefined || (answer.status !== 503 && answer.status !== 409)) return {};
  return { again: { because: answer.status, seconds } };
}

async function completed(answer: Response): Promise<Response> {
  const { status, statusText, headers } = answer;
  const octets = await answer.arrayBuffer();
  return new Response(octets.byteLength === 0 ? null : octets, { status, statusText, headers });
}

// fetch says "fetch failed", and in its cause why.
function causeOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? error.cause : error;
}

function noAnswer(request: Sent, why: string, cause?: unknown): NoAnswerError {
  const code = codeOf(cause);
  const key = request.headers['Idempotency-Key'];
  let next = '';
  if (request.method === 'POST' && (cause === undefined || broken.has(code))) {
    next = key === undefined ? '; it may have been done: look before you ask again' : `; it may have been done: ask again with the same Idempotency-Key, ${key}`;
  }
  return new NoAnswerError(`no answer to ${request.method} ${request.url.href}: ${why}${next}`, { cause });
}
