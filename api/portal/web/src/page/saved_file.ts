// The PKCS#12 file of ⑦ and its passphrase, for as long as its screen needs them: the key's end is theirs.
import type { Enrolment } from './types';

export interface SavedFile {
  enrolment: string;
  name: string;
  address: string;
  passphrase: string;
}

let saved: SavedFile | undefined;
export const savedFile = (enrolment: Enrolment): SavedFile | undefined => (saved?.enrolment === enrolment.id ? saved : undefined);

export function forgetFile(): void {
  if (saved) URL.revokeObjectURL(saved.address);
  saved = undefined;
}

export function keepFile(file: SavedFile): void {
  forgetFile();
  saved = file;
}
