// A name, as the API takes it: so many octets of UTF-8.
export const mostOctets = 200;
export const mostJapanese = Math.floor(mostOctets / 3); // letters, as most of them take

export const octets = (text: string): number => new TextEncoder().encode(text).length;
export const nameTooLong = (typed: string): boolean => octets(typed.trim()) > mostOctets;
