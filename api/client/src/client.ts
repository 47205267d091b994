// The calls themselves: a path's template, query, header fields and JSON in; a typed answer, or a ProblemError, out.
import type { Agent, Response } from 'undici';

import type { Answer, CallOptions, GetOperation, GetPath, MediaOf, Order, PostOperation, PostPath, UsualMedia } from './calls.js';
import { problemOf } from './problem.js';
import { type Repetition, type Sent, sendPatiently } from './repeating.js';
import { agentOf, type Identity } from './transport.js';

export interface ConnectOptions extends Identity {
  // Such as `https://ca1.inside.example:8443`.
  readonly url: string;
  // Milliseconds for a call with its repetitions; 30 000 if left out.
  readonly deadline?: number;
  // Of the problems' titles.
  readonly language?: 'ja' | 'en';
  // At most, at a time; 8 if left out.
  readonly connections?: number;
  // Hears of each request that is about to be sent again.
  readonly onRepeat?: (repetition: Repetition) => void;
}

type Loose = CallOptions & { readonly path?: object; readonly query?: object; readonly header?: object; readonly body?: unknown };
type Asked<Operation, Media> = object extends Order<Operation>
  ? [order?: Order<Operation> & { readonly accept?: Media }]
  : [order: Order<Operation> & { readonly accept?: Media }];

// Reads the PEM files and connects at the first call. When the certificate is renewed: connect again, then close the old one.
export async function connect(options: ConnectOptions): Promise<InkanClient> {
  const base = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (base?.protocol !== 'https:') throw new Error(`url: https://HOST:PORT is needed, not '${options.url}'`);
  return new InkanClient(base, await agentOf(options, options.connections ?? 8), options);
}

export class InkanClient {
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #options: ConnectOptions;

  constructor(base: URL, agent: Agent, options: ConnectOptions) {
    this.#base = base;
    this.#agent = agent;
    this.#options = options;
  }

  // `accept` asks for another of the media types that openapi.yaml names. Throws ProblemError, NoAnswerError, or the signal's reason.
  get<Path extends GetPath, Media extends MediaOf<GetOperation<Path>> = UsualMedia<GetOperation<Path>>>(
    path: Path,
    ...[order]: Asked<GetOperation<Path>, Media>
  ): Promise<Answer<GetOperation<Path>, Media>> {
    return this.#call<Answer<GetOperation<Path>, Media>>('GET', path, order ?? {});
  }

  post<Path extends PostPath, Media extends MediaOf<PostOperation<Path>> = UsualMedia<PostOperation<Path>>>(
    path: Path,
    ...[order]: Asked<PostOperation<Path>, Media>
  ): Promise<Answer<PostOperation<Path>, Media>> {
    return this.#call<Answer<PostOperation<Path>, Media>>('POST', path, order ?? {});
  }

  // The answer as it comes, whatever its status: to stream an archive, or for header fields that `get` leaves out.
  fetch(method: 'GET' | 'POST', pathAndQuery: string, order: CallOptions & { readonly headers?: Record<string, string>; readonly body?: string } = {}): Promise<Response> {
    const { headers, body } = order;
    return this.#send({ method, url: new URL(pathAndQuery, this.#base), headers: headers ?? {}, whole: false, ...(body === undefined ? {} : { body }) }, order);
  }

  // After the calls that run.
  close(): Promise<void> {
    return this.#agent.close();
  }

  async #call<Result>(method: 'GET' | 'POST', path: string, order: Loose & { readonly accept?: string }): Promise<Result> {
    const url = new URL(filled(path, order.path ?? {}), this.#base);
    for (const [name, value] of Object.entries(order.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers: Record<string, string> = this.#options.language === undefined ? {} : { 'Accept-Language': this.#options.language };
    for (const [name, value] of Object.entries(order.header ?? {})) {
      if (value !== undefined) headers[name] = String(value);
    }
    if (order.accept !== undefined) headers['Accept'] = order.accept;
    if (order.body !== undefined) headers['Content-Type'] = 'application/json';
    const body = order.body === undefined ? {} : { body: JSON.stringify(order.body) };
    const response = await this.#send({ method, url, headers, whole: true, ...body }, order);
    if (!response.ok) throw await problemOf(response);
    // The one place where the contract is taken at its word; tests/client holds the daemon's answers to it.
    return { status: response.status, data: await parsed(response), headers: response.headers } as Result;
  }

  #send(request: Sent, order: CallOptions): Promise<Response> {
    return sendPatiently(request, {
      dispatcher: this.#agent,
      deadline: order.deadline ?? this.#options.deadline ?? 30_000,
      signal: order.signal,
      onRepeat: this.#options.onRepeat,
    });
  }
}

function filled(template: string, values: object): string {
  const given = new Map(Object.entries(values));
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value: unknown = given.get(name);
    // Not '.' either: `/v1/users/../roles` would be another call.
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) throw new TypeError(`path.${name}: '${String(value)}' cannot stand in ${template}`);
    return encodeURIComponent(value);
  });
}

async function parsed(response: Response): Promise<unknown> {
  const media = (response.headers.get('Content-Type') ?? '').split(';', 1)[0]?.trim() ?? '';
  if (media === 'application/json') return response.json();
  if (media.startsWith('text/') || media === 'application/pem-certificate-chain' || media === 'application/jsonl') return response.text();
  return new Uint8Array(await response.arrayBuffer());
}
