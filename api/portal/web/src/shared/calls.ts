// Calls of the portal, and what it refuses.
export interface FieldFault {
  pointer?: string;
  detail: string;
}

// RFC 9457, or what stands for it where no answer came (status 0).
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly rule: string,
    readonly faults: FieldFault[],
    readonly instance: string,
    readonly retryAfter: number,
  ) {
    super(`${status} ${rule || type}`);
  }
  // One that this page finds itself.
  static ofPage(rule: string, faults: FieldFault[] = []): Problem {
    return new Problem(0, '', rule, faults, '', 0);
  }
}

export interface Answer<T> {
  status: number;
  body: T;
  retryAfter: number;
}

const milliseconds = 60_000;
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function problemOf(status: number, body: unknown, retryAfter: number): Problem {
  const problem = isRecord(body) ? body : {};
  const faults = Array.isArray(problem['errors']) ? problem['errors'].filter(isRecord) : [];
  return new Problem(status, text(problem['type']), text(problem['rule']),
    faults.map((fault) => ({ pointer: text(fault['pointer']), detail: text(fault['detail']) })), text(problem['instance']), retryAfter);
}

export async function call<T>(method: 'GET' | 'POST', path: string, language: string, body?: object, more: Record<string, string> = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { 'Accept-Language': language };
  if (body) Object.assign(headers, { 'Content-Type': 'application/json', ...more });
  let response: Response, parsed: unknown;
  try {
    response = await fetch(path, { method, headers, cache: 'no-store', signal: AbortSignal.timeout(milliseconds), ...(body && { body: JSON.stringify(body) }) });
    parsed = await response.json();
  } catch {
    throw Problem.ofPage('page.no-answer');
  }
  const retryAfter = Number(response.headers.get('Retry-After') ?? 0) || 0;
  if (!response.ok) throw problemOf(response.status, parsed, retryAfter);
  return { status: response.status, body: parsed as T, retryAfter };
}

export const get = async <T>(path: string, language: string): Promise<T> => (await call<T>('GET', path, language)).body;
export const post = <T>(path: string, language: string, body: object): Promise<Answer<T>> => call<T>('POST', path, language, body, { 'Inkan-Portal': '1' });
