// What each call takes and answers, worked out from the types that `npm run generate` makes of openapi.yaml. Types only.
import type { Headers } from 'undici';

import type { paths } from './generated/api.js';

// What the listener with client certificates serves. (The public one is plain HTTP, and any client reads it.)
type ApiPath = Extract<keyof paths, `/v1/${string}`>;
type PathOf<Method extends 'get' | 'post'> = { [Path in ApiPath]: paths[Path] extends Record<Method, object> ? Path : never }[ApiPath];
export type GetPath = PathOf<'get'>;
export type PostPath = PathOf<'post'>;
export type GetOperation<Path extends GetPath> = paths[Path]['get'];
export type PostOperation<Path extends PostPath> = paths[Path]['post'];

type Parameter<Operation, Place extends 'path' | 'query' | 'header'> = Operation extends { parameters: { [P in Place]?: infer T } }
  ? Exclude<T, undefined>
  : never;

// A POST that can be tied to its repetitions has to be: without a key a broken connection leaves open whether there is a certificate. And
// what If-None-Match may answer, 304, has no body: whoever wants it sends it by `fetch`.
type Keyed<Fields> = Omit<Fields, 'Idempotency-Key' | 'If-None-Match'> &
  ('Idempotency-Key' extends keyof Fields ? { readonly 'Idempotency-Key': string } : unknown);

type Member<Name extends string, T> = [T] extends [never] ? unknown : object extends T ? { readonly [N in Name]?: T } : { readonly [N in Name]: T };

type Body<Operation> = Operation extends { requestBody: { content: { 'application/json': infer T } } } ? T : never;

export interface CallOptions {
  // Ends the call, its repetitions too, with the signal's reason.
  readonly signal?: AbortSignal;
  // Milliseconds for the call with all its repetitions, instead of the connection's.
  readonly deadline?: number;
}

export type Order<Operation> = CallOptions &
  Member<'path', Parameter<Operation, 'path'>> &
  Member<'query', Parameter<Operation, 'query'>> &
  Member<'header', [Parameter<Operation, 'header'>] extends [never] ? never : Keyed<Parameter<Operation, 'header'>>> &
  Member<'body', Body<Operation>>;

type Responses<Operation> = Operation extends { responses: infer R } ? R : never;
type GoodStatus<Operation> = Extract<keyof Responses<Operation>, 200 | 201 | 202>;
type ContentOf<Response> = Response extends { content: infer T } ? T : never;

// The media types that a call may answer with, and the one that comes unasked: JSON where there is JSON.
export type MediaOf<Operation> = Extract<
  { [S in GoodStatus<Operation>]: keyof ContentOf<Responses<Operation>[S]> }[GoodStatus<Operation>],
  string
>;
export type UsualMedia<Operation> = 'application/json' extends MediaOf<Operation> ? 'application/json' : MediaOf<Operation>;

type Text = `text/${string}` | 'application/pem-certificate-chain' | 'application/jsonl';
type Parsed<Content, Media> = Media extends keyof Content
  ? Media extends 'application/json'
    ? Content[Media]
    : Media extends Text
      ? string
      : Uint8Array
  : 'application/json' extends keyof Content
    ? Content['application/json']
    : never;

// One member for each status that is no problem: `status` tells which body it is.
export type Answer<Operation, Media> = {
  [Status in GoodStatus<Operation>]: {
    readonly status: Status;
    readonly data: Parsed<ContentOf<Responses<Operation>[Status]>, Media>;
    readonly headers: Headers;
  };
}[GoodStatus<Operation>];
