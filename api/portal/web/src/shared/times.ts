// All times are Japan's, wherever the computer is (A01).
import { h } from './dom';
import type { CommonWords } from './words';

export function time(words: Pick<CommonWords, 'locale' | 'jst'>, rfc3339: string): HTMLElement {
  const shown = new Intl.DateTimeFormat(words.locale, { timeZone: 'Asia/Tokyo', dateStyle: 'long', timeStyle: 'short' }).format(new Date(rfc3339));
  return h('time', { datetime: rfc3339 }, `${shown}（${words.jst}）`.replace(/（(?=J)(.*)）/, ' ($1)'));
}

// As in file names: 2027-11-28.
export function day(rfc3339: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo', dateStyle: 'short' }).format(new Date(rfc3339));
}
