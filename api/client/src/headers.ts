// Header fields that say something which no type can.
import { randomUUID } from 'node:crypto';

// One thing that you want done, once. Make it when the wish arises, not when the request is sent; keep it with your order (give the key back
// here after a restart), and hand the same one to each call that asks for the same thing. Kept by the API for 7 days.
export function intention(key: string = randomUUID()): { readonly 'Idempotency-Key': string } {
  if (!/^[!-~]{1,255}$/.test(key)) throw new RangeError('Idempotency-Key: 1 to 255 visible ASCII characters');
  return Object.freeze({ 'Idempotency-Key': key });
}

// RFC 7240: the answer comes when it has what is waited for, a receipt, a publication or an event, or after so many seconds without it.
export function wait(seconds: number): { readonly Prefer: string } {
  if (!Number.isInteger(seconds) || seconds < 1) throw new RangeError(`wait: ${seconds} is not a whole number of seconds`);
  return Object.freeze({ Prefer: `wait=${seconds}` });
}

// What a subscriber does takes his ticket too, and the name of his browser's session where the ticket was made with one. Never in a URL.
export function ticket(of: string, browser?: string): { readonly Authorization: string; readonly 'Inkan-Browser'?: string } {
  return Object.freeze({ Authorization: `Bearer ${of}`, ...(browser === undefined ? {} : { 'Inkan-Browser': browser }) });
}
