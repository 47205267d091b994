// What the API says when the answer is no (RFC 9457), as an error whose fields are typed.
import type { Response } from 'undici';

import type { components } from './generated/api.js';

export type Problem = components['schemas']['Problem'];

export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly problem: Problem,
    // Seconds, if the answer had them: the same call may go through then.
    readonly retryAfter: number | undefined,
  ) {
    super(`${problem.status} ${problem.title}: ${problem.detail}${problem.rule === undefined ? '' : ` (${problem.rule})`}`);
  }

  get status(): number {
    return this.problem.status;
  }

  // Such as `urn:inkan:problem:denied`; a published one keeps its meaning. `about:blank`: not of the API, but of something before it.
  get type(): string {
    return this.problem.type;
  }

  // The rule that refused, such as `enrol.already-issued`; only where one did.
  get rule(): string | undefined {
    return this.problem.rule;
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return ['type', 'title', 'detail', 'instance'].every((name) => typeof fields[name] === 'string') && typeof fields['status'] === 'number';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function retryAfter(response: Response): number | undefined {
  const value = response.headers.get('Retry-After');
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}

export async function problemOf(response: Response): Promise<ProblemError> {
  const text = await response.text();
  const told = parse(text);
  const problem = isProblem(told)
    ? told
    : // RFC 9457 §4.2.1: no more is known than the status, as when a proxy answers.
      { type: 'about:blank', title: response.statusText, status: response.status, detail: text.slice(0, 200), instance: '' };
  return new ProblemError(problem, retryAfter(response));
}
