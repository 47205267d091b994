// What each screen is made of, and the way to another.
import { h, type Child } from '../../shared/dom';
import type { App } from '../app';
import { addressOf, type Place } from '../places';

export interface Shown {
  name: string;
  title: string;
  body: Child[];
}

export function linkTo(app: App, place: Place, label: string): HTMLElement {
  return h('a', { href: addressOf(place), click: (event) => { event.preventDefault(); void app.act(() => app.go(place)); } }, label);
}
