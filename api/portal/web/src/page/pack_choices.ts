// What the pages do differently under one pack or another.
import type { Pack } from './types';

// General users too choose a password before anything else.
export const everybodyRegisters = (pack: Pack): boolean => pack.first_password === 'everybody';

// The manual's names for screens, and its numbers, are true under its own pack.
export const byTheManual = (pack: Pack): boolean => pack.name === 'rokin';
