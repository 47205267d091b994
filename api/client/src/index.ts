export type { components, operations, paths } from './generated/api.js';
export type { CallOptions } from './calls.js';
export { connect, type ConnectOptions, InkanClient } from './client.js';
export { intention, ticket, wait } from './headers.js';
export { items, type Page } from './pages.js';
export { type Problem, ProblemError } from './problem.js';
export { NoAnswerError, type Repetition } from './repeating.js';
