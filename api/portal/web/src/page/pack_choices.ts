// What the pages do differently under one pack or another, where its JSON does not tell it in so many words.
import type { Pack } from './types';

// `first = "everybody"`: general users too choose a password before anything else. Of the two packs that are built in, `default` has it. Under
// one of your own, whoever is refused for that (user.first-password) is led to the same screen.
export const everybodyRegisters = (pack: Pack): boolean => pack.name === 'default';

// The manual's names for screens, and its numbers, are true under its own pack.
export const byTheManual = (pack: Pack): boolean => pack.name === 'rokin';
