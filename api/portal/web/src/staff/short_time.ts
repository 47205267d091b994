// Times in tables, short; they are Japan's, wherever the computer is (A01), as the screen says once.
import { h } from '../shared/dom';
import type { StaffWords } from './texts/ja';

export const shortText = (words: StaffWords, rfc3339: string): string =>
  new Intl.DateTimeFormat(words.locale, { timeZone: 'Asia/Tokyo', dateStyle: 'medium', timeStyle: 'short' }).format(new Date(rfc3339));

export const shortTime = (words: StaffWords, rfc3339: string): HTMLElement => h('time', { datetime: rfc3339, class: 'when' }, shortText(words, rfc3339));
