// What each screen is made of.
import type { Child } from '../../shared/dom';

export interface Shown {
  title: string;
  body: Child[];
  begin?: () => void; // once it stands there
}
