// Elements without markup in strings: nothing that comes from outside is ever parsed as HTML.
export type Child = Node | string | null | undefined | false;
export type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

export const p = (...children: Child[]): HTMLElement => h('p', {}, ...children);

export function button(label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return h('button', { type: 'button', class: 'button', click: press, ...attributes }, label);
}

export const primary = (label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement =>
  button(label, press, { class: 'button primary', ...attributes });

export const actions = (...children: Child[]): HTMLElement => h('div', { class: 'actions' }, ...children);

export function note(kind: 'plain' | 'good' | 'warning', ...children: Child[]): HTMLElement {
  const mark = { plain: 'i', good: '✓', warning: '!' }[kind];
  return h('div', { class: `note ${kind}` }, h('span', { class: 'mark', 'aria-hidden': 'true' }, mark), h('div', {}, ...children));
}

export function facts(...rows: [string, Child][]): HTMLElement {
  return h('dl', { class: 'facts' }, ...rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}
