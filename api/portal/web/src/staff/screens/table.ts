// Tables that become cards on a telephone: each cell has its column's name with it.
import { h, type Child } from '../../shared/dom';

export function table(label: string, columns: string[], rows: Child[][]): HTMLTableElement {
  const body = rows.map(([first, ...others]) => h('tr', {}, h('th', { scope: 'row' }, first),
    ...others.map((each, i) => h('td', {}, h('span', { class: 'name', 'aria-hidden': 'true' }, columns[i + 1]), h('span', {}, each)))));
  return h('table', { class: 'users' }, h('caption', { class: 'unseen' }, label),
    h('thead', {}, h('tr', {}, ...columns.map((name) => h('th', { scope: 'col' }, name)))), h('tbody', {}, ...body));
}

// A serial number as it stands in certificates and in the audit log.
export const serialOf = (serial: string): HTMLElement => h('code', { class: 'serial' }, serial);
